import type { Dispatcher } from '../Dispatcher';
import type { ProtocolId } from '../ServiceModel';
import type { ServiceDefinition } from '../types';
import type { HttpCall } from './HttpMessages';
import { credentialScope } from './identity';

/** Which service a request is for, and in which protocol it speaks. */
export interface Resolved {
  service?: ServiceDefinition;
  protocol: ProtocolId;
  /** What the request named, for the error when there is no such service. */
  name: string;
}

/** By credential scope, then X-Amz-Target, then the host's or path's form. */
export function resolve(call: HttpCall, dispatcher: Dispatcher): Resolved {
  // Some clients put the service's package before its name.
  const target = call.headers['x-amz-target']?.split('.').at(-2);
  const scope = credentialScope(call.headers.authorization, call.query);
  const name = scope.service ?? target ?? hostName(call) ?? 's3';
  const service =
    (scope.service ? dispatcher.find(scope.service) : undefined) ??
    (target
      ? dispatcher.all().find(each => each.model.targetPrefix === target)
      : undefined) ??
    dispatcher.find(hostName(call) ?? (scope.service || target ? '' : 's3'));
  return { service, protocol: protocolOf(call, service), name };
}

function hostName(call: HttpCall): string | undefined {
  const labels = (call.headers.host ?? '').split(':')[0].split('.');
  return labels.length > 1 && labels.at(-1) === 'localhost'
    ? labels.at(-2)
    : undefined;
}

/** Services that moved to JSON or CBOR still take the query protocol. */
function protocolOf(
  call: HttpCall,
  service: ServiceDefinition | undefined,
): ProtocolId {
  const type = call.headers['content-type'] ?? '';
  if (call.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'rpcv2Cbor';
  const native = service?.model.protocol;
  if (native === 'restJson1' || native === 'restXml') return native;
  if (type.startsWith('application/x-amz-json-1.0')) return 'awsJson1_0';
  if (type.startsWith('application/x-amz-json-1.1')) return 'awsJson1_1';
  if (type.startsWith('application/x-www-form-urlencoded')) return 'awsQuery';
  if (call.query.has('Action')) return 'awsQuery';
  return native ?? (call.headers['x-amz-target'] ? 'awsJson1_1' : 'restXml');
}
