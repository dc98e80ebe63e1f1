import { RequestMethod, type OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { POLICY } from './policy.js';

/** The keys under which Nest keeps path and method of a handler. */
const PATH = 'path';
const METHOD = 'method';

/** Refuses to start with a route that has no policy beside it. */
@Injectable()
export class PolicyCheck implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    const missing = this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      const prototype = Object.getPrototypeOf(instance ?? {}) as Record<string, object> | null;
      if (!metatype || !prototype) return [];
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => Reflect.hasMetadata(PATH, prototype[name]!))
        .filter((name) => !Reflect.hasMetadata(POLICY, prototype[name]!))
        .map((name) => {
          const method = RequestMethod[Reflect.getMetadata(METHOD, prototype[name]!) as number];
          return `${method} ${metatype.name}.${name}`;
        });
    });
    if (missing.length > 0) throw new Error(`no policy beside: ${missing.join(', ')}`);
  }
}
