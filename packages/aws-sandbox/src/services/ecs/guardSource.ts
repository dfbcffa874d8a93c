/**
 * Loaded into each task's Node process before its own code. The process ends
 * with the sandbox (its end of stdin closes, also on SIGKILL), listens on
 * loopback only, and finds its container port on the host port given to it.
 */
export const GUARD_SOURCE = `'use strict';
const net = require('node:net');
const ports = Object.fromEntries(
  (process.env.CAREPLANE_TASK_PORTS || '').split(',').filter(Boolean).map(pair => pair.split('=')),
);
delete process.env.CAREPLANE_TASK_PORTS;
const parent = process.ppid;
const quit = () => process.exit(0);
process.stdin.on('end', quit).on('close', quit).on('error', quit);
process.stdin.resume();
if (process.stdin.unref) process.stdin.unref();
setInterval(() => { if (process.ppid !== parent) quit(); }, 1000).unref();
const mapped = port => Number(ports[String(port)] || port);
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function guarded(first, ...rest) {
  if (first !== null && typeof first === 'object' && first.port !== undefined) {
    return listen.call(this, { ...first, port: mapped(first.port), host: '127.0.0.1' }, ...rest);
  }
  if (typeof first === 'number' || (typeof first === 'string' && /^[0-9]+$/.test(first))) {
    const callback = rest.find(item => typeof item === 'function');
    return listen.call(this, { port: mapped(first), host: '127.0.0.1' }, callback);
  }
  return listen.call(this, first, ...rest);
};
`;
