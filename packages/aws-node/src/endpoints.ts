import { InputError } from '@backstage/errors';

/** Whether a host name can only mean this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    name === '::' ||
    name === '0.0.0.0' ||
    /^127(\.\d{1,3}){3}$/.test(name) ||
    /^::ffff:(127\.|7f)/.test(name)
  );
}

/** Refuses hosts that production may not speak to. Throws InputError. */
export type EndpointGuard = (host: string) => void;

/**
 * Production must not be led to a local stand-in for AWS, so with
 * `NODE_ENV=production` a loopback endpoint is refused, at start for
 * `AWS_ENDPOINT_URL*` and at each request for every other source (the shared
 * AWS config file). `careplane.local: true` is the explicit way out that
 * `npm start` uses.
 *
 * @throws InputError at once when an environment variable names a loopback.
 */
export function createEndpointGuard(options: {
  local: boolean;
  env: Record<string, string | undefined>;
}): EndpointGuard {
  const { local, env } = options;
  if (env.NODE_ENV !== 'production' || local) return () => {};

  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('AWS_ENDPOINT_URL') || !value) continue;
    let host: string;
    try {
      host = new URL(value).hostname;
    } catch {
      throw new InputError(`${name} is not a URL.`);
    }
    if (isLoopbackHost(host)) {
      throw new InputError(
        `${name} points at this machine (${host}), which production refuses. Unset it, or set careplane.local: true to run against a local stand-in for AWS.`,
      );
    }
  }
  return host => {
    if (isLoopbackHost(host)) {
      throw new InputError(
        `An AWS endpoint points at this machine (${host}), which production refuses.`,
      );
    }
  };
}
