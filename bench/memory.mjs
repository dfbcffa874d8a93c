import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident memory of the process that listens on the portal's port. */
export function measureMemory(port) {
  const pid = listeningProcess(port);
  if (!pid) return [];
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = key =>
    Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]);
  return [
    {
      name: 'back end memory now',
      value: Math.round(kilobytes('VmRSS') / 1024),
      unit: 'MiB',
      method: 'VmRSS of the portal process',
    },
    {
      name: 'back end memory peak',
      value: Math.round(kilobytes('VmHWM') / 1024),
      unit: 'MiB',
      method: 'VmHWM of the portal process',
    },
  ];
}

function listeningProcess(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inode = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap(file => readFileSync(file, 'utf8').split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .find(fields => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')?.[9];
  if (!inode) return undefined;
  const links = execFileSync(
    'sh',
    [
      '-c',
      `ls -l /proc/[0-9]*/fd 2>/dev/null | grep -B100000 'socket:\\[${inode}\\]' | grep '^/proc' | tail -1`,
    ],
    { encoding: 'utf8' },
  );
  return /\/proc\/(\d+)\/fd/.exec(links)?.[1];
}
