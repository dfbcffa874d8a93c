// Until the first release: what comes is kept where it came from, not lost.
export async function handler() {
  throw new Error('No release is here yet: promote one in Careplane');
}
