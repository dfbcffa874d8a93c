/**
 * Annotation keys that Careplane reads. Ours are under `careplane.dev/`; the
 * others belong to the peers whose catalogs must work unchanged.
 */

/** Prefix of `careplane.dev/target.<stage>`: alias or service ARN of a stage. */
export const ANNOTATION_TARGET_PREFIX = 'careplane.dev/target.';
/**
 * Prefix of `careplane.dev/codedeploy-group.<stage>`: ARN of the deployment
 * group that shifts the alias's traffic on a stage.
 */
export const ANNOTATION_DEPLOYMENT_GROUP_PREFIX =
  'careplane.dev/codedeploy-group.';
/**
 * Prefix of `careplane.dev/tests.<stage>`: the CodeBuild project that tests the
 * component on a stage, in place of the one that config names, or `none`.
 */
export const ANNOTATION_TESTS_PREFIX = 'careplane.dev/tests.';
/** Name of the service stack on every stage. */
export const ANNOTATION_STACK = 'careplane.dev/stack';
/**
 * Names of alarms that watch the targets of every stage, or, with `.<stage>`
 * added, of one; those of the service stack watch without being named.
 */
export const ANNOTATION_ALARMS = 'careplane.dev/alarms';
/** ARN of the CodeCommit repository of a component. */
export const ANNOTATION_CODECOMMIT = 'careplane.dev/codecommit';

/** Written by `awslabs/backstage-plugins-for-aws`. */
export const ANNOTATION_CODEPIPELINE_ARN =
  'aws.amazon.com/aws-codepipeline-arn';
export const ANNOTATION_CODEPIPELINE_TAGS =
  'aws.amazon.com/aws-codepipeline-tags';
export const ANNOTATION_CODEPIPELINE_LEGACY = 'aws.amazon.com/aws-codepipeline';
export const ANNOTATION_CODEBUILD_ARN =
  'aws.amazon.com/aws-codebuild-project-arn';
export const ANNOTATION_CODEBUILD_TAGS =
  'aws.amazon.com/aws-codebuild-project-tags';
export const ANNOTATION_CODEBUILD_LEGACY =
  'aws.amazon.com/aws-codebuild-project';
export const ANNOTATION_CODEDEPLOY_GROUP =
  'aws.amazon.com/aws-codedeploy-group';
export const ANNOTATION_ECR_ARN = 'aws.amazon.com/amazon-ecr-arn';
export const ANNOTATION_ECR_TAGS = 'aws.amazon.com/amazon-ecr-tags';
export const ANNOTATION_ECS_SERVICE_ARN =
  'aws.amazon.com/amazon-ecs-service-arn';
export const ANNOTATION_ECS_SERVICE_TAGS =
  'aws.amazon.com/amazon-ecs-service-tags';

/** Written by RoadieHQ's plugins and catalog providers. */
export const ANNOTATION_LAMBDA_FUNCTION_ARN = 'amazon.com/lambda-function-arn';
export const ANNOTATION_LAMBDA_FUNCTION_NAME = 'aws.com/lambda-function-name';
export const ANNOTATION_LAMBDA_REGION = 'aws.com/lambda-region';
export const ANNOTATION_ECR_ARN_ROADIE = 'amazonaws.com/ecr-repository-arn';
export const ANNOTATION_ACCOUNT_ID = 'amazon.com/account-id';

/** Written for the SonarQube community plugin. */
export const ANNOTATION_SONARQUBE_PROJECT = 'sonarqube.org/project-key';

export const PIPELINE_ANNOTATIONS = [
  ANNOTATION_CODEPIPELINE_ARN,
  ANNOTATION_CODEPIPELINE_TAGS,
  ANNOTATION_CODEPIPELINE_LEGACY,
];
export const BUILD_ANNOTATIONS = [
  ANNOTATION_CODEBUILD_ARN,
  ANNOTATION_CODEBUILD_TAGS,
  ANNOTATION_CODEBUILD_LEGACY,
];
export const IMAGE_ANNOTATIONS = [
  ANNOTATION_ECR_ARN,
  ANNOTATION_ECR_TAGS,
  ANNOTATION_ECR_ARN_ROADIE,
];
export const QUALITY_ANNOTATIONS = [ANNOTATION_SONARQUBE_PROJECT];
