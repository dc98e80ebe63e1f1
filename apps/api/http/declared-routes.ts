import { RequestMethod, type Type } from '@nestjs/common';
import { type Declared, POLICY } from './auth/policy.js';
import { COMMAND, type CommandFacts } from './command-route.js';

/** A route as it stands in the code, with what stands beside it. */
export interface DeclaredRoute {
  readonly method: 'GET' | 'POST';
  /** With the base path, ids as `:caseId`, and no slash at the end. */
  readonly path: string;
  readonly declared: Declared;
  /** Only beside a command. */
  readonly command: CommandFacts | undefined;
}

/**
 * Every route of these controllers.
 * @throws Error for a route without a policy: the program would not start with it (auth/policy-check.ts)
 */
export const declaredRoutes = (controllers: readonly Type[]): readonly DeclaredRoute[] =>
  controllers.flatMap((controller) => {
    const base = String(Reflect.getMetadata('path', controller));
    return Object.entries(Object.getOwnPropertyDescriptors(controller.prototype as object)).flatMap(
      ([name, { value }]): DeclaredRoute[] => {
        if (name === 'constructor' || typeof value !== 'function' || !Reflect.hasMetadata('path', value))
          return [];
        const path = `/${base}/${String(Reflect.getMetadata('path', value))}`;
        const declared = Reflect.getMetadata(POLICY, value) as Declared | undefined;
        if (!declared) throw new Error(`no policy beside: ${controller.name}.${name}`);
        return [
          {
            method: RequestMethod[Reflect.getMetadata('method', value) as number] as DeclaredRoute['method'],
            path: path.replace(/\/+/g, '/').replace(/\/$/, ''),
            declared,
            command: Reflect.getMetadata(COMMAND, value) as CommandFacts | undefined,
          },
        ];
      },
    );
  });
