import { EvaluationError } from './intrinsics';

/** A resource could not be written; the message becomes its status reason. */
export class ResourceFailure extends Error {}

/** A stack or resource status reason, in CloudFormation's words. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof EvaluationError || error instanceof ResourceFailure)
    return error.message;
  const { code, message } = error as { code?: string; message?: string };
  return code
    ? `Resource handler returned message: "${message}" (HandlerErrorCode: ${code})`
    : String(message ?? error);
};
