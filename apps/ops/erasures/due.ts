import type { Decision } from '#access';
import type { DueFile } from '#application';
import type { EventStore } from '#event-store';
import type { Token } from '#kernel';
import { casesOf } from './orders.js';

/** Somebody may order the erasure: in whose name, and on which legal basis. */
export type MayOrder = Extract<Decision, { ok: true }>;

/**
 * The files that are due, of those that somebody could order to be erased: of every other case it is as if there were none.
 * @param boards where the one who asks works
 * @param record before anything is told, what is told in the name of one organisation
 * @returns the oldest first
 */
export const dueFilesOf = async (
  store: Pick<EventStore, 'readAll'>,
  boards: ReadonlySet<Token>,
  mayOrder: (caseId: string) => Promise<Decision>,
  dueFile: (caseId: string, by: MayOrder) => Promise<DueFile | undefined>,
  record: (by: MayOrder, files: readonly DueFile[]) => Promise<void>,
): Promise<readonly DueFile[]> => {
  const found = new Map<Token, readonly [MayOrder, readonly DueFile[]]>();
  for (const caseId of await casesOf(store, boards)) {
    const decision = await mayOrder(caseId);
    if (!decision.ok) continue;
    const due = await dueFile(caseId, decision);
    if (!due) continue;
    const [by, files] = found.get(decision.organisation) ?? [decision, []];
    found.set(decision.organisation, [by, [...files, due]]);
  }
  for (const [by, files] of found.values()) await record(by, files);
  return [...found.values()]
    .flatMap(([, files]) => files)
    .sort((a, b) => (a.earliest < b.earliest ? -1 : a.earliest > b.earliest ? 1 : 0));
};
