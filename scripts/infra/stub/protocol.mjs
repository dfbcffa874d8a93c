// Terraform's plugin protocol, version 5: what of it a provider needs that
// plans and validates. Only numbers and types are on the wire; the names of the
// fields are those of the protocol's specification.
import { fromJSON } from '@grpc/proto-loader';

const field = (id, type, rule) => ({ id, type, ...(rule ? { rule } : {}) });
const map = (id, type) => ({ id, type, keyType: 'string' });
const message = fields => ({ fields });

const values = message({
  msgpack: field(1, 'bytes'),
  json: field(2, 'bytes'),
});

const types = {
  Empty: message({}),
  DynamicValue: values,
  Diagnostic: {
    ...message({
      severity: field(1, 'Severity'),
      summary: field(2, 'string'),
      detail: field(3, 'string'),
    }),
    nested: { Severity: { values: { INVALID: 0, ERROR: 1, WARNING: 2 } } },
  },
  Attribute: message({
    name: field(1, 'string'),
    type: field(2, 'bytes'),
    description: field(3, 'string'),
    required: field(4, 'bool'),
    optional: field(5, 'bool'),
    computed: field(6, 'bool'),
    sensitive: field(7, 'bool'),
    write_only: field(10, 'bool'),
  }),
  NestedBlock: {
    ...message({
      type_name: field(1, 'string'),
      block: field(2, 'Block'),
      nesting: field(3, 'Mode'),
      min_items: field(4, 'int64'),
      max_items: field(5, 'int64'),
    }),
    nested: {
      Mode: {
        values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3, MAP: 4, GROUP: 5 },
      },
    },
  },
  Block: message({
    version: field(1, 'int64'),
    attributes: field(2, 'Attribute', 'repeated'),
    block_types: field(3, 'NestedBlock', 'repeated'),
  }),
  Schema: message({ version: field(1, 'int64'), block: field(2, 'Block') }),
  ServerCapabilities: message({
    plan_destroy: field(1, 'bool'),
    get_provider_schema_optional: field(2, 'bool'),
    move_resource_state: field(3, 'bool'),
  }),
  Parameter: message({ name: field(1, 'string'), type: field(2, 'bytes') }),
  Return: message({ type: field(1, 'bytes') }),
  Function: message({
    parameters: field(1, 'Parameter', 'repeated'),
    return: field(3, 'Return'),
  }),
  SchemaResponse: message({
    provider: field(1, 'Schema'),
    resource_schemas: map(2, 'Schema'),
    data_source_schemas: map(3, 'Schema'),
    diagnostics: field(4, 'Diagnostic', 'repeated'),
    provider_meta: field(5, 'Schema'),
    server_capabilities: field(6, 'ServerCapabilities'),
    functions: map(7, 'Function'),
    ephemeral_resource_schemas: map(8, 'Schema'),
  }),
  PrepareRequest: message({ config: field(1, 'DynamicValue') }),
  PrepareResponse: message({
    prepared_config: field(1, 'DynamicValue'),
    diagnostics: field(2, 'Diagnostic', 'repeated'),
  }),
  ConfigureRequest: message({
    terraform_version: field(1, 'string'),
    config: field(2, 'DynamicValue'),
  }),
  Diagnostics: message({ diagnostics: field(1, 'Diagnostic', 'repeated') }),
  ConfigRequest: message({
    type_name: field(1, 'string'),
    config: field(2, 'DynamicValue'),
  }),
  PlanRequest: message({
    type_name: field(1, 'string'),
    prior_state: field(2, 'DynamicValue'),
    proposed_new_state: field(3, 'DynamicValue'),
    config: field(4, 'DynamicValue'),
  }),
  PlanResponse: message({
    planned_state: field(1, 'DynamicValue'),
    diagnostics: field(4, 'Diagnostic', 'repeated'),
    legacy_type_system: field(5, 'bool'),
  }),
  ReadDataResponse: message({
    state: field(1, 'DynamicValue'),
    diagnostics: field(2, 'Diagnostic', 'repeated'),
  }),
  ReadRequest: message({
    type_name: field(1, 'string'),
    current_state: field(2, 'DynamicValue'),
  }),
  ReadResponse: message({
    new_state: field(1, 'DynamicValue'),
    diagnostics: field(2, 'Diagnostic', 'repeated'),
  }),
  RawState: message({ json: field(1, 'bytes') }),
  UpgradeRequest: message({
    type_name: field(1, 'string'),
    version: field(2, 'int64'),
    raw_state: field(3, 'RawState'),
  }),
  UpgradeResponse: message({
    upgraded_state: field(1, 'DynamicValue'),
    diagnostics: field(2, 'Diagnostic', 'repeated'),
  }),
  ApplyRequest: message({
    type_name: field(1, 'string'),
    prior_state: field(2, 'DynamicValue'),
    planned_state: field(3, 'DynamicValue'),
    config: field(4, 'DynamicValue'),
  }),
  ApplyResponse: message({
    new_state: field(1, 'DynamicValue'),
    private: field(2, 'bytes'),
    diagnostics: field(3, 'Diagnostic', 'repeated'),
  }),
  FunctionsResponse: message({ functions: map(1, 'Function') }),
  CallRequest: message({
    name: field(1, 'string'),
    arguments: field(2, 'DynamicValue', 'repeated'),
  }),
  CallResponse: message({ result: field(1, 'DynamicValue') }),
  OpenResponse: message({
    diagnostics: field(1, 'Diagnostic', 'repeated'),
    result: field(3, 'DynamicValue'),
  }),
};

const rpc = (requestType, responseType) => ({ requestType, responseType });

const methods = {
  GetSchema: rpc('Empty', 'SchemaResponse'),
  PrepareProviderConfig: rpc('PrepareRequest', 'PrepareResponse'),
  ValidateResourceTypeConfig: rpc('ConfigRequest', 'Diagnostics'),
  ValidateDataSourceConfig: rpc('ConfigRequest', 'Diagnostics'),
  ValidateEphemeralResourceConfig: rpc('ConfigRequest', 'Diagnostics'),
  UpgradeResourceState: rpc('UpgradeRequest', 'UpgradeResponse'),
  Configure: rpc('ConfigureRequest', 'Diagnostics'),
  ReadResource: rpc('ReadRequest', 'ReadResponse'),
  PlanResourceChange: rpc('PlanRequest', 'PlanResponse'),
  ApplyResourceChange: rpc('ApplyRequest', 'ApplyResponse'),
  ReadDataSource: rpc('ConfigRequest', 'ReadDataResponse'),
  OpenEphemeralResource: rpc('ConfigRequest', 'OpenResponse'),
  CloseEphemeralResource: rpc('ConfigRequest', 'Diagnostics'),
  GetFunctions: rpc('Empty', 'FunctionsResponse'),
  CallFunction: rpc('CallRequest', 'CallResponse'),
  Stop: rpc('Empty', 'Empty'),
};

const definition = fromJSON(
  {
    nested: {
      tfplugin5: { nested: { ...types, Provider: { methods } } },
      plugin: {
        nested: {
          Empty: types.Empty,
          GRPCController: {
            methods: { Shutdown: rpc('Empty', 'Empty') },
          },
        },
      },
    },
  },
  { keepCase: true, enums: String, defaults: true },
);

const provider = definition['tfplugin5.Provider'];

/** Bytes of a GetSchema response, to be kept and sent as they are. */
export const serializeSchema = provider.GetSchema.responseSerialize;

export const PROVIDER = {
  ...provider,
  GetSchema: { ...provider.GetSchema, responseSerialize: bytes => bytes },
};

export const CONTROLLER = definition['plugin.GRPCController'];
