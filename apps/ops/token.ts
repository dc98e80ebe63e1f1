import { join } from 'node:path';
import { inventedMachines, inventedOfficials } from '#application';
import { loadConfig, OperatorError } from '#platform';
import { say, type Verb } from './verb.js';

/** Gets tokens from the development issuer of a running `npm start`, through the flow that a browser would use. */
export const verb: Verb = {
  register: (program) => {
    program
      .command('token')
      .description('Print an access token of an invented official (while npm start runs).')
      .option('--as <official>', 'who to log in as, for example board-1280-officer-1')
      .option('--through <case system>', 'on behalf of the official, for example case-system-1280')
      .option('--list [text]', 'name the officials, or those whose id or name has this text')
      .action(async (options: { as?: string; through?: string; list?: string | true }) => {
        if (options.list !== undefined) return list(options.list === true ? '' : options.list);
        if (options.as === undefined)
          throw new OperatorError('Say who: token --as <official>. token --list names the officials.');
        const config = loadConfig();
        if (config.oidcIssuer !== undefined)
          throw new OperatorError(
            'OIDC_ISSUER is set: tokens come from that issuer, not from the one for development.',
          );
        if (!inventedOfficials.some(({ sub }) => sub === options.as))
          throw new OperatorError('There is no such official: token --list names them.');
        const issuer = `http://127.0.0.1:${config.issuerPort}`;
        const reachable = await fetch(`${issuer}/.well-known/openid-configuration`).then(
          (answer) => answer.ok,
          () => false,
        );
        if (!reachable)
          throw new OperatorError(
            `The issuer for development does not answer on port ${config.issuerPort}: run npm start first.`,
          );
        const { actOnBehalf, logInHeadlessly } = await import('../api/issuer/authorization-code.js');
        if (options.through === undefined)
          return say(await logInHeadlessly(issuer, config.oidcAudience, options.as));
        if (!inventedMachines.some(({ clientId }) => clientId === options.through))
          throw new OperatorError(
            'There is no such case system: they are called case-system-<municipality>.',
          );
        const { loadSigningKey } = await import('../api/issuer/signing-key.js');
        const key = await loadSigningKey(join(config.dataDir, 'keys', 'dev-case-systems.json'));
        const machine = { clientId: options.through, key };
        say(
          await actOnBehalf(issuer, config.oidcAudience, options.as, machine).catch((error: Error) => {
            throw new OperatorError(`${error.message}.`);
          }),
        );
      });
  },
};

const list = (text: string): void => {
  const wanted = text.toLowerCase();
  for (const { sub, name } of inventedOfficials)
    if (`${sub} ${name}`.toLowerCase().includes(wanted)) say(`${sub}   ${name}`);
};
