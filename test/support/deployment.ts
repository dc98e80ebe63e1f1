import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** What the tests read of docker-compose.yml. */
export interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image?: string;
        readonly build?: string;
        readonly user?: string;
        readonly entrypoint?: readonly string[];
        readonly command?: readonly string[];
        readonly profiles?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly secrets?: readonly string[];
        readonly volumes?: readonly string[];
        readonly ports?: readonly string[];
        readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
        readonly network_mode?: string;
        readonly cap_drop?: readonly string[];
        readonly cap_add?: readonly string[];
        readonly security_opt?: readonly string[];
        readonly privileged?: boolean;
        readonly read_only?: boolean;
        readonly restart?: string;
        readonly stop_grace_period?: string;
        readonly healthcheck?: { readonly test?: readonly string[] };
        readonly depends_on?: Readonly<Record<string, unknown>>;
      }
    >
  >;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const file = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));

/** As docker-compose reads it, with what is merged put in and variables left as they are. */
export const compose = parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;

/** LoA2 of the Swedish trust framework. */
export const loa2 = 'http://id.elegnamnden.se/loa/1.0/loa2';

/** A value with the variables of a deployment put in. */
export const deployment = (value: string, variables: Readonly<Record<string, string>> = {}): string =>
  value
    .replaceAll(
      /(?<!\$)\$\{([A-Z_]+):[-?][^}]*\}/g,
      (_all, name: string) => variables[name] ?? (name.endsWith('_HOST') ? 'name.example.test' : ''),
    )
    .replaceAll('$$', '$');
