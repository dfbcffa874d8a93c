import { AwsError } from './AwsError';
import type { ServiceModel } from './ServiceModel';
import type { WireError } from './protocols';

/** Any thrown value as AWS would send it; what is not ours becomes a 500. */
export function toWireError(model: ServiceModel, thrown: unknown): WireError {
  const error =
    thrown instanceof AwsError
      ? thrown
      : new AwsError('InternalFailure', `The sandbox failed: ${thrown}`, {
          status: 500,
        });
  const known = model.error(error.code);
  const status = error.status ?? known?.status ?? 400;
  return {
    name: known?.name ?? error.code,
    queryCode: known?.queryCode ?? error.code,
    message: error.message,
    status,
    fault: known?.fault ?? (status >= 500 ? 'server' : 'client'),
    fields: error.fields,
  };
}
