import { inventedOfficials } from '#application';
import { loadConfig, OperatorError } from '#platform';
import { say, type Verb } from './verb.js';

/** Gets tokens from the development issuer of a running `npm start`, through the flow that a browser would use. */
export const verb: Verb = {
  register: (program) => {
    program
      .command('token')
      .description('Print an access token of an invented official (while npm start runs).')
      .option('--as <official>', 'who to log in as, for example board-1280-officer-1')
      .option('--list [text]', 'name the officials, or those whose id or name has this text')
      .action(async (options: { as?: string; list?: string | true }) => {
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
        const { logInHeadlessly } = await import('../api/issuer/authorization-code.js');
        say(await logInHeadlessly(issuer, config.oidcAudience, options.as));
      });
  },
};

const list = (text: string): void => {
  const wanted = text.toLowerCase();
  for (const { sub, name } of inventedOfficials)
    if (`${sub} ${name}`.toLowerCase().includes(wanted)) say(`${sub}   ${name}`);
};
