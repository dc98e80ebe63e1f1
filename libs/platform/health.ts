export interface HealthCheck {
  readonly name: string;
  /** True when it is well; what it throws counts as not. */
  check(): Promise<boolean>;
  /** False: it is told, and nobody is sent away for it. What waits for a read model is told so request by request. */
  readonly vital?: false;
}

export interface Health {
  /** `behind`: answers, and something that is not vital is not well. */
  readonly status: 'ok' | 'behind' | 'failing';
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** A check that takes longer has failed, in milliseconds. */
const patienceMs = 2_500;

const within = async (check: () => Promise<boolean>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([check(), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/** For so long an answer is good for everybody who asks, in milliseconds. */
const goodForMs = 1_000;

/**
 * Looks at health for whoever asks, once a second at most: it is open to everyone, and each look asks the database, the
 * log and the issuer. Who asks while one is under way waits for that one.
 * @param passed milliseconds that have passed
 */
export const rememberHealth = (
  checks: readonly HealthCheck[],
  passed: () => number = () => performance.now(),
): (() => Promise<Health>) => {
  let last: { readonly at: number; readonly health: Promise<Health> } | undefined;
  return () => {
    const at = passed();
    if (last === undefined || at - last.at >= goodForMs) last = { at, health: lookAtHealth(checks) };
    return last.health;
  };
};

/** Makes all checks at the same time and says of each whether it is well: never why it is not. */
export const lookAtHealth = async (checks: readonly HealthCheck[]): Promise<Health> => {
  const results = await Promise.all(
    checks.map(async ({ name, check, vital }) => ({
      name,
      result: (await within(check)) ? ('ok' as const) : ('failing' as const),
      vital: vital !== false,
    })),
  );
  const bad = results.filter(({ result }) => result === 'failing');
  return {
    status: bad.length === 0 ? 'ok' : bad.some(({ vital }) => vital) ? 'failing' : 'behind',
    checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
  };
};
