import { Tokens } from '#personal-data';
import { dataClasses } from '#kernel';
import { type Config, keyFileExists, type Keys, readKeyFile, systemClock } from '#platform';

/** Since when the newest epoch of the routing key is there; and, when that is more than a year, what to do. */
export const routingKeyLine = ({ routingKeys }: Pick<Keys, 'routingKeys'>, now: Date): string => {
  const { since } = routingKeys.reduce((a, b) => (b.epoch > a.epoch ? b : a));
  const age = `The newest epoch of the routing key is of ${since?.slice(0, 10) ?? 'nobody knows when'}`;
  return isOverdue({ routingKeys }, now)
    ? `${age}, and a new one is overdue: run "npm run ops -- rotate-keys --routing", and give the key file to every api.`
    : `${age}; it gets a new one every year.`;
};

/** As /health/ready of an api tells it. */
export const isOverdue = (keys: Pick<Keys, 'routingKeys'>, now: Date): boolean =>
  !new Tokens(keys).isOfThisYear(now);

/** The same of the key file that is configured. It is not always where this is asked. */
export const routingKeyOf = async ({ keyFile, databaseFolder }: Config): Promise<string> => {
  if (!(await keyFileExists(keyFile)))
    return `There is no key file at ${keyFile}: the age of the routing key is not known.`;
  const keys = await readKeyFile({ path: keyFile, databaseFolder, dataClasses });
  return routingKeyLine(keys, systemClock.now());
};
