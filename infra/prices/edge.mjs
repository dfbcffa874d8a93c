// https://aws.amazon.com/api-gateway/pricing/, https://aws.amazon.com/cloudfront/pricing/
export default {
  aws_api_gateway_rest_api: () => ({
    monthly: 0,
    why: '$3.50 per million requests',
  }),
  aws_cloudfront_distribution: () => ({
    monthly: 0,
    why: 'the first TB and ten million requests are free',
  }),
};
