import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Keeps a list of process groups, told line by line, and kills them when its
 * stdin ends: that is when the sandbox ended, SIGKILL included.
 */
const WATCHER = `
groups=' '
while read -r sign group; do
  case "$sign" in
    +) groups="$groups$group " ;;
    -) case "$groups" in
      *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;;
    esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
exit 0
`;

let watcher: ChildProcess | undefined;

function tell(line: string) {
  if (!watcher) {
    // A session of its own: Ctrl-C in the terminal must not end it first.
    watcher = spawn('/bin/sh', ['-c', WATCHER], {
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    watcher.on('error', () => {});
    watcher.stdin?.on('error', () => {});
    watcher.unref();
    (watcher.stdin as unknown as { unref?(): void }).unref?.();
  }
  watcher.stdin?.write(`${line}\n`);
}

/**
 * Binds a process group to this process: it is killed when this process ends,
 * however it ends.
 *
 * @param group process id of a child that was spawned `detached`
 */
export function tie(group: number): void {
  tell(`+ ${group}`);
}

/** Undoes `tie`, when the group has ended and its id may be given anew. */
export function untie(group: number): void {
  tell(`- ${group}`);
}
