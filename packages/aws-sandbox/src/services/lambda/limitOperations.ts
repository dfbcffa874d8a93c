import type * as sdk from '@aws-sdk/client-lambda';
import type { Operations } from '../../core';
import { invalid, refer, requireFunction } from './lookup';
import { LambdaState } from './model';

/** Concurrency and account limits, and features that are simply not in use. */
export const limitOperations = {
  GetAccountSettings(_input, { account, sandbox }) {
    const all = new LambdaState(sandbox, account).functions.values();
    const reserved = all.reduce(
      (sum, record) => sum + (record.reservedConcurrency ?? 0),
      0,
    );
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 1000 - reserved,
      },
      AccountUsage: {
        TotalCodeSize: all.reduce(
          (sum, each) => sum + each.latest.code.size,
          0,
        ),
        FunctionCount: all.length,
      },
    };
  },

  PutFunctionConcurrency(input, context) {
    const reference = refer(context, input.FunctionName);
    const record = requireFunction(reference);
    const reserved = input.ReservedConcurrentExecutions;
    if (reserved < 0 || reserved > 900) {
      throw invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
      );
    }
    reference.state.functions.set(record.name, {
      ...record,
      reservedConcurrency: reserved,
    });
    return { ReservedConcurrentExecutions: reserved };
  },

  GetFunctionConcurrency: (input, context) => ({
    ReservedConcurrentExecutions: requireFunction(
      refer(context, input.FunctionName),
    ).reservedConcurrency,
  }),

  DeleteFunctionConcurrency(input, context) {
    const reference = refer(context, input.FunctionName);
    const { reservedConcurrency: _removed, ...record } =
      requireFunction(reference);
    reference.state.functions.set(record.name, record);
  },

  GetFunctionCodeSigningConfig(input, context) {
    const reference = refer(context, input.FunctionName);
    requireFunction(reference);
    return { CodeSigningConfigArn: '', FunctionName: reference.name };
  },
} satisfies Operations<typeof sdk>;
