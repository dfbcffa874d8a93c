// One handler per call of the protocol. A failure becomes a diagnostic, as a
// provider's would.
import { callFunction } from './functions.mjs';
import { functionMessages } from './schemaMessage.mjs';
import { fromWire, toWire } from './values.mjs';

const REFUSED =
  'This provider plans and validates only: nothing can be applied with it.';

const problem = (summary, detail = '') => ({
  severity: 'ERROR',
  summary,
  detail,
});

/** @param provider - see providers.mjs */
export function handlersOf(provider) {
  let schema;
  const nothing = () => ({});
  const calls = {
    GetSchema: () => (schema ??= provider.schemaBytes()),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    Configure: ({ config }) => {
      provider.configure(fromWire(config) ?? {});
      return {};
    },
    ValidateResourceTypeConfig: nothing,
    ValidateDataSourceConfig: nothing,
    ValidateEphemeralResourceConfig: nothing,
    UpgradeResourceState: ({ raw_state: state }) => ({
      upgraded_state: { json: state.json },
    }),
    ReadResource: ({ current_state: state }) => ({ new_state: state }),
    PlanResourceChange: request => ({
      planned_state: toWire(
        provider.plan(request.type_name, fromWire(request.proposed_new_state)),
      ),
      legacy_type_system: true,
    }),
    ApplyResourceChange: ({ prior_state: state }) => ({
      new_state: state,
      diagnostics: [problem(REFUSED)],
    }),
    ReadDataSource: request => ({
      state: toWire(provider.read(request.type_name, fromWire(request.config))),
    }),
    OpenEphemeralResource: request => ({
      result: toWire(
        provider.open(request.type_name, fromWire(request.config)),
      ),
    }),
    CloseEphemeralResource: nothing,
    GetFunctions: () => ({ functions: functionMessages(provider.functions) }),
    CallFunction: request => ({
      result: toWire(
        callFunction(request.name, request.arguments.map(fromWire)),
      ),
    }),
    Stop: nothing,
  };
  return Object.fromEntries(
    Object.entries(calls).map(([name, answer]) => [name, wrap(name, answer)]),
  );
}

function wrap(name, answer) {
  return (call, callback) => {
    let response;
    try {
      response = answer(call.request);
    } catch (error) {
      const about = call.request.type_name ?? '';
      response = { diagnostics: [problem(`${about}: ${error.message}`)] };
    }
    callback(null, response);
  };
}
