/**
 * CodePipeline, CodeBuild and ECR for the delivery backend.
 *
 * @packageDocumentation
 */
export { deliveryModuleAws as default } from './module';
