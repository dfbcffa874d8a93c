/** Options of any SDK client that speaks to a sandbox as an account. */
export function clientOptions(url: string, account = '111111111111') {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
}
