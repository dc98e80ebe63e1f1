import { DomainError, type SystemCommand, type Token } from '#kernel';
import type { CommandSender, SendResult, SystemCommandContext } from '#subscriptions';
import type { CommandExecutor } from './command-executor.js';
import { type SystemDependencies, systemHandling } from './handlers/system.js';

/**
 * Carries out what processes send, on the same road as what officials send. A rule's "no" goes back to the process as
 * an input; anything else throws, and the dispatcher asks again.
 */
export class SystemCommandSender implements CommandSender {
  private readonly handling;

  constructor(
    private readonly executor: CommandExecutor,
    dependencies: SystemDependencies,
    private readonly clock: { now(): Date },
  ) {
    this.handling = systemHandling(dependencies);
  }

  async send(command: SystemCommand, context: SystemCommandContext): Promise<SendResult> {
    try {
      const result = await this.executor.execute(this.handling, command, {
        // The decision is made now: a worker that slept must not decide with yesterday's clock.
        at: this.clock.now().toISOString(),
        by: { person: context.actor as Token, ...command.onBehalfOf },
        commandId: context.commandId,
        // The id is made of the place in the process stream where the command stands: it has one content only.
        fingerprint: context.commandId,
        legalBasis: context.legalBasis,
        purpose: context.purpose,
        policyVersion: context.policyVersion,
        correlationId: context.correlationId,
        causationId: context.causationId,
        traceparent: context.traceparent,
        confirm: context.confirm,
      });
      return { outcome: 'accepted', position: result.position };
    } catch (error) {
      if (error instanceof DomainError) return { outcome: 'refused', code: error.code };
      throw error;
    }
  }
}
