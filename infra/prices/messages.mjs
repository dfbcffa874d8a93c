// https://aws.amazon.com/sqs/pricing/, https://aws.amazon.com/lambda/pricing/
export default {
  aws_sqs_queue: () => ({ monthly: 0, why: '$0.40 per million messages' }),
  aws_lambda_function: () => ({
    monthly: 0,
    why: '$0.20 per million invocations, and their time',
  }),
};
