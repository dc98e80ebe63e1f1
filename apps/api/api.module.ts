import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Application, SubmitIntentHandler } from '#application';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { API_OPTIONS, INTENTS, type ApiOptions } from './api-options.js';
import { BusIntents } from './bus-intents.js';
import { AllowedActionsInterceptor } from './http/allowed-actions.interceptor.js';
import { AuthGuard } from './http/auth/auth.guard.js';
import { Limits, safeLimits } from './http/auth/limits.js';
import { PolicyCheck } from './http/auth/policy-check.js';
import { CommandInterceptor } from './http/command-route.js';
import { commandControllers } from './http/command-controllers.js';
import { queryControllers, queryProviders } from './http/queries/query-controllers.js';
import { MinPositionInterceptor } from './http/min-position.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RefusalInterceptor } from './http/refusal.interceptor.js';
import { ApiInfoController } from './http/service/api-info.controller.js';
import { HealthController } from './http/service/health.controller.js';
import { ProblemsController } from './http/service/problems.controller.js';
import { validationPipe } from './http/validation.js';
import { ViewInterceptor } from './http/view.interceptor.js';
import { observedIntents } from './observe.js';

/** The api: transport and nothing else. What it carries is given in the options. */
@Module({})
export class ApiModule {
  static with(options: ApiOptions): DynamicModule {
    return {
      module: ApiModule,
      imports: [DiscoveryModule, CqrsModule, ...(options.modules ?? [])],
      controllers: [
        HealthController,
        ApiInfoController,
        ProblemsController,
        ...commandControllers,
        ...queryControllers,
        ...(options.controllers ?? []),
      ],
      providers: [
        { provide: API_OPTIONS, useValue: options },
        { provide: Limits, useFactory: () => new Limits(options.limits ?? safeLimits, options.passed) },
        ...(options.intents
          ? [{ provide: INTENTS, useValue: observedIntents(options.intents, options) }]
          : [
              BusIntents,
              {
                provide: INTENTS,
                useFactory: (intents: BusIntents) => observedIntents(intents, options),
                inject: [BusIntents],
              },
              { provide: Application, useValue: options.application },
              SubmitIntentHandler,
            ]),
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(options.log, options.metrics) },
        AuthGuard,
        { provide: APP_GUARD, useExisting: AuthGuard },
        { provide: APP_PIPE, useFactory: validationPipe },
        // Outermost first: a refusal is recorded wherever it comes from inside.
        { provide: APP_INTERCEPTOR, useClass: RefusalInterceptor },
        { provide: APP_INTERCEPTOR, useClass: ViewInterceptor },
        { provide: APP_INTERCEPTOR, useClass: AllowedActionsInterceptor },
        { provide: APP_INTERCEPTOR, useClass: CommandInterceptor },
        { provide: APP_INTERCEPTOR, useClass: MinPositionInterceptor },
        PolicyCheck,
        ...queryProviders,
      ],
    };
  }
}
