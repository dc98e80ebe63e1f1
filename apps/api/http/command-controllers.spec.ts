import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import type { IntentExecutor } from '../api-options.js';
import { commandControllers } from './command-controllers.js';
import { COMMAND, type CommandFacts } from './command-route.js';

/** The names of the interface `Intents`, as they stand in the source: types are gone at run time. */
const declaredIntents = (): string[] => {
  const path = new URL('../../../libs/application/intents.ts', import.meta.url);
  const source = ts.createSourceFile('intents.ts', readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const intents = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'Intents',
  );
  return (intents?.members ?? []).flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name.text] : []));
};

/** Every route of the command controllers: what it says that it carries, and what it hands on when it is called. */
const routes = commandControllers.flatMap((controller) => {
  const carried: string[] = [];
  const intents = {
    execute: (type: string) => {
      carried.push(type);
      return Promise.resolve();
    },
  } as unknown as IntentExecutor;
  const instance = new controller(intents) as unknown as Record<string, (...given: unknown[]) => unknown>;
  return Object.getOwnPropertyNames(controller.prototype)
    .filter((name) => name !== 'constructor' && Reflect.hasMetadata('path', instance[name]!))
    .map((name) => {
      void instance[name]!({}, {}, {}, {}, {});
      const facts = Reflect.getMetadata(COMMAND, instance[name]!) as CommandFacts | undefined;
      return {
        route: `${controller.name}.${name}`,
        says: facts?.intent,
        carries: carried.splice(0),
        tellsRevision: facts?.hidesRevision !== true,
      };
    });
});

describe('The routes of commands', () => {
  it('carry every intent once, and none that is not declared', () => {
    expect(declaredIntents().length).toBeGreaterThan(30);
    expect(routes.flatMap(({ carries }) => carries).sort()).toEqual(declaredIntents().sort());
  });

  it('carry what they say that they carry', () => {
    for (const { route, says, carries } of routes) expect([route, carries]).toEqual([route, [says]]);
  });

  it('tell a revision only to who may know of everything that is written to that stream', () => {
    // Written from who writes to which stream (libs/domain), not from the routes. The coordinator knows all of a case;
    // `relocation-<case>` is the home board's alone, `threat-assessment-<case>` home Police's; up to the admission
    // `placement-<proposal>` says nothing that its director does not know. The others write to `consent-<case>` (checks
    // and proposals of others), `disclosure-<case>` (who was told), `destination-` and `area-` (secret reservations), or
    // to a placement after its clearance (alerts).
    const coordinators = ['CheckCandidate', 'OrderProposal', 'SettleAttention', 'ClearPlacement'];
    const homeBoards = ['OpenCase', 'RegisterSupportDecision', 'RequestRelocation'];
    const closings = ['StartSupervisedClosing', 'CloseCase'];
    const reports = ['ProduceAccessReport'];
    // `joint-opening-<case>` is the home board's alone.
    const jointly = ['RequestJointOpening', 'ApproveJointOpening', 'RejectJointOpening'];
    const homePolices = ['AssessThreat', 'ConfirmLowering', 'RejectLowering', 'RecordConflictEntries'];
    const directors = ['GrantAdmission', 'RefuseAdmission'];
    const ofNoCase = ['TakeDuty', 'EnactRules', 'AppointOfficial', 'EndAppointment', 'RecordTraining'];
    // Of one authority and its own clock: nothing of a case is ever written there.
    const ofDocuments = [
      'RegisterDocumentRequest',
      'AnswerDocumentRequest',
      'RequestAuthorityDecision',
      'DecideDocumentRequest',
      'RecordRefusalServed',
      'RecordRefusalAppealed',
      'TakeOverDocumentRequest',
      'RecordAppealOutcome',
      'EnactRegisterRules',
    ];
    expect(
      routes
        .filter(({ tellsRevision }) => tellsRevision)
        .map(({ says }) => says)
        .sort(),
    ).toEqual(
      [
        ...coordinators,
        ...homeBoards,
        ...closings,
        ...reports,
        ...jointly,
        ...homePolices,
        ...directors,
        ...ofNoCase,
        ...ofDocuments,
      ].sort(),
    );
  });
});
