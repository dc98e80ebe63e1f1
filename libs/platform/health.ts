export interface HealthCheck {
  readonly name: string;
  /** True when it is well; what it throws counts as not. */
  check(): Promise<boolean>;
}

export interface Health {
  readonly status: 'ok' | 'failing';
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

/** Makes all checks at the same time and says of each whether it is well: never why it is not. */
export const lookAtHealth = async (checks: readonly HealthCheck[]): Promise<Health> => {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => [name, (await within(check)) ? 'ok' : 'failing'] as const),
  );
  return {
    status: results.every(([, result]) => result === 'ok') ? 'ok' : 'failing',
    checks: Object.fromEntries(results),
  };
};
