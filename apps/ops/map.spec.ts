import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { deciderOf, eventRegistrations } from '#application';
import { processManagers } from '#processes';
import { allProjections } from '#projections';
import { commandsOnMap, eventsOnMap, mapLines } from './map.js';

describe('The map of events and commands', () => {
  const catalogued = eventRegistrations.map(({ type }) => type).sort();

  it('shows every event that may be written, once', () => {
    expect(
      eventsOnMap()
        .map(({ type }) => type)
        .sort(),
    ).toEqual(catalogued);
    const text = mapLines().join('\n');
    for (const type of catalogued) expect(text).toMatch(new RegExp(`^  ${type}: `, 'm'));
  });

  it('knows every event that a process or a read model handles', () => {
    const handled = [...processManagers, ...allProjections].flatMap(({ name, handles }) =>
      handles.map((type) => `${name}: ${type}`),
    );
    const known = (line: string): boolean => catalogued.includes(line.split(': ')[1]!);
    expect(handled.filter((line) => !known(line))).toEqual([]);
    const shown = eventsOnMap().flatMap(({ type, processes, readModels }) =>
      [...processes, ...readModels].map((name) => `${name}: ${type}`),
    );
    expect(shown.sort()).toEqual(handled.sort());
  });

  it('shows every process with the commands that its source sends, each to streams that take commands', () => {
    const folder = new URL('../../libs/processes/', import.meta.url);
    const sent = new Set<string>();
    for (const file of readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
      const process = file.endsWith('-watch.ts') ? file.slice(0, -'.ts'.length) : 'relocation';
      for (const [, type] of readFileSync(new URL(file, folder), 'utf8').matchAll(/\bsend\(\s*'(\w+)'/g))
        sent.add(`${process}: ${type}`);
    }
    expect(
      commandsOnMap()
        .map(({ process, type }) => `${process}: ${type}`)
        .sort(),
    ).toEqual([...sent].sort());
    for (const { target } of commandsOnMap()) expect(() => deciderOf(target)).not.toThrow();
    const text = mapLines().join('\n');
    for (const { name } of processManagers) expect(text).toContain(`\nprocess ${name}\n`);
  });
});
