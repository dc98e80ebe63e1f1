import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OperatorError } from '#platform';

/** What the load process is told: everything that it needs to make its requests by itself. */
export interface LoadPlan {
  /** Keeps the idempotency keys and persons of one run apart from those of another. */
  readonly run: number;
  readonly kind: 'open-case' | 'support-decision' | 'bare' | 'identity';
  readonly ports: readonly number[];
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** As many requests at most; as many as fit into the time when absent. */
  readonly count?: number;
  /** At this rate; as fast as answers come when absent. */
  readonly perSecond?: number;
  /** Whether ids and positions of the answers are wanted. */
  readonly keep?: true;
  readonly officers: readonly Officer[];
}

export interface Officer {
  readonly token: string;
  readonly cases: readonly string[];
}

export interface LoadResult {
  readonly perSecond: number;
  readonly measured: number;
  /** Milliseconds. */
  readonly latencies: readonly number[];
  /** When each measured request was sent, in milliseconds of the machine's clock; with `keep`. */
  readonly sentAt: readonly number[];
  readonly positions: readonly string[];
  /** By the number of the request. */
  readonly ids: readonly string[];
  /** How many answers were not 2xx, by status and code. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface InventedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
}

/** An invented number of Skatteverket's series for tests (birth number 980 to 999), one for each order up to 400,000. */
export const inventedNumber = (order: number): string => {
  const day = new Date(Date.UTC(1950, 0, 1) + (order % 20_000) * 86_400_000).toISOString().slice(0, 10);
  const birthNumber = 980 + (Math.floor(order / 20_000) % 20);
  const nine = `${day.slice(2).replaceAll('-', '')}${birthNumber}`;
  const sum = [...nine].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return `${day.replaceAll('-', '')}${birthNumber}${(10 - (sum % 10)) % 10}`;
};

const decisionTypes = ['ASSISTANCE', 'WITHOUT_INDIVIDUAL_ASSESSMENT', 'LVU'] as const;
const cases = '/relocation-coordination/v1/cases';

/** The request with this number. Each command says something new: none is a repeat, none changes nothing. */
export const invented = (plan: LoadPlan, number: number): InventedRequest => {
  const officer = plan.officers[number % plan.officers.length]!;
  const round = Math.floor(number / plan.officers.length);
  const caseId = officer.cases[round % Math.max(1, officer.cases.length)];
  const dayOfRun = new Date(Date.UTC(2024, 0, 1) + ((round + plan.run * 97) % 600) * 86_400_000);
  const decision = {
    decisionType: decisionTypes[(round + plan.run) % decisionTypes.length],
    decidedOn: dayOfRun.toISOString().slice(0, 10),
    registryNumber: `SN 2024/${number}`,
  };
  switch (plan.kind) {
    case 'open-case':
      return {
        method: 'POST',
        path: cases,
        token: officer.token,
        body: {
          personalIdentityNumber: inventedNumber(plan.run * 20_011 + number),
          givenName: 'Testperson',
          familyName: `Påhittadsson ${number}`,
          environment: 'GANG',
          entryRoute: 'SOCIAL_SERVICES',
          registryNumber: `SN 2024/${number}`,
          officers: [],
        },
      };
    case 'support-decision':
      return {
        method: 'POST',
        path: `${cases}/${caseId}/support-decisions`,
        token: officer.token,
        body: decision,
      };
    case 'bare':
      return { method: 'POST', path: '/bare', token: officer.token, body: decision };
    case 'identity':
      return { method: 'GET', path: `${cases}/${caseId}/contents/identity`, token: officer.token };
  }
};

const program = fileURLToPath(new URL('./load-process.js', import.meta.url));

/** Runs a load to its end. @throws OperatorError when an answer was not 2xx: a figure with refusals in it says nothing */
export const load = async (plan: LoadPlan): Promise<LoadResult> => {
  const child = fork(program, { stdio: 'inherit', serialization: 'advanced' });
  const result = await new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadResult));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load process ended with ${code}`)));
    child.send(plan);
  });
  const refusals = Object.entries(result.refused).map(([what, times]) => `${times} times ${what}`);
  if (refusals.length > 0) throw new OperatorError(`The load was refused: ${refusals.join(', ')}.`);
  return result;
};
