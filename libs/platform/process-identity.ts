import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A mark that two processes never share, even when the system gives the same number again: boot and start time.
 * Undefined when no such process lives; a zombie (dead, not yet reaped by its parent) counts as dead.
 */
export const processMark = (pid: number): string | undefined => {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the command in brackets and may hold anything; fields are counted after it.
      const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[18]}`;
    } catch {
      return undefined;
    }
  }
  try {
    const started = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim();
    return started === '' || started.startsWith('Z') ? undefined : started.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
};

export const isAlive = (pid: number): boolean => processMark(pid) !== undefined;

/** True when `pid` is a postgres whose data folder is `folder` (an absolute path without links). */
export const isPostgresOf = (pid: number, folder: string): boolean => {
  if (!isAlive(pid)) return false;
  try {
    // The server makes its data folder its working folder.
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === folder;
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(folder);
  } catch {
    return false;
  }
};
