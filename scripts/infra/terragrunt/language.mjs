// The blocks, attributes and functions of Terragrunt 1.1, as far as the files of
// infra/ may use them. A file that uses anything else is refused: composition is
// exact within this subset, or it says so. Each row has its page in Terragrunt's
// documentation.

const DOCS = 'https://docs.terragrunt.com/reference/hcl';
const block = (name, files, attributes, more = {}) => ({
  name,
  files,
  attributes,
  docs: `${DOCS}/blocks/#${name}`,
  ...more,
});
const attribute = (name, files) => ({
  name,
  files,
  docs: `${DOCS}/attributes/#${name}`,
});
const callable = (name, use) => ({
  name,
  use,
  docs: `${DOCS}/functions/#${name}`,
});

/** Kinds of file: `unit`, `stack`, `root` and `values` (locals to be read). */
export const BLOCKS = [
  block('terraform', ['unit'], ['source'], {
    single: true,
    required: ['source'],
  }),
  block('include', ['unit'], ['path', 'expose'], {
    labelled: true,
    required: ['path'],
  }),
  block(
    'dependency',
    ['unit'],
    [
      'config_path',
      'mock_outputs',
      'mock_outputs_allowed_terraform_commands',
      'mock_outputs_merge_strategy_with_state',
      'skip_outputs',
    ],
    { labelled: true, required: ['config_path', 'mock_outputs'] },
  ),
  block('dependencies', ['unit'], ['paths'], { single: true }),
  block('locals', ['unit', 'stack', 'root', 'values'], undefined, {
    single: true,
  }),
  block(
    'remote_state',
    ['root'],
    ['backend', 'generate', 'config', 'encryption'],
    {
      single: true,
      required: ['backend', 'config'],
    },
  ),
  block(
    'generate',
    ['root'],
    ['path', 'if_exists', 'contents', 'comment_prefix', 'disable_signature'],
    { labelled: true, required: ['path', 'if_exists', 'contents'] },
  ),
  block('errors', ['root'], ['retry'], { single: true }),
  block('catalog', ['root'], ['urls', 'no_shell', 'no_hooks'], {
    single: true,
  }),
  block('feature', ['root'], ['default'], { labelled: true }),
  block(
    'exclude',
    ['root'],
    ['if', 'actions', 'no_run', 'exclude_dependencies'],
    {
      single: true,
      required: ['if', 'actions'],
    },
  ),
  block(
    'unit',
    ['stack'],
    ['source', 'path', 'values', 'no_dot_terragrunt_stack'],
    { labelled: true, required: ['source', 'path'] },
  ),
  block(
    'stack',
    ['stack'],
    ['source', 'path', 'values', 'no_dot_terragrunt_stack'],
    { labelled: true, required: ['source', 'path'] },
  ),
];

export const ATTRIBUTES = [
  attribute('inputs', ['unit']),
  attribute('terraform_binary', ['root']),
  attribute('terraform_version_constraint', ['root']),
  attribute('terragrunt_version_constraint', ['root']),
];

/**
 * `use`: `path` in sources and paths, `read` as read_terragrunt_config's own
 * argument, `state` in the root's backend and generated files only.
 */
export const FUNCTIONS = [
  callable('get_repo_root', 'path'),
  callable('find_in_parent_folders', 'read'),
  callable('read_terragrunt_config', 'read'),
  callable('path_relative_to_include', 'state'),
];

/** Terragrunt's own, which would have to be run: refused by name. */
export const REFUSED_FUNCTIONS = [
  'constraint_check',
  'deep_merge',
  'get_aws_account_alias',
  'get_aws_account_id',
  'get_aws_caller_identity_arn',
  'get_aws_caller_identity_user_id',
  'get_default_retryable_errors',
  'get_env',
  'get_original_terragrunt_dir',
  'get_parent_terragrunt_dir',
  'get_path_from_repo_root',
  'get_path_to_repo_root',
  'get_platform',
  'get_terraform_cli_args',
  'get_terraform_command',
  'get_terraform_commands_that_need_input',
  'get_terraform_commands_that_need_locking',
  'get_terraform_commands_that_need_parallelism',
  'get_terraform_commands_that_need_vars',
  'get_terragrunt_dir',
  'get_terragrunt_source_cli_flag',
  'get_working_dir',
  'mark_as_read',
  'mark_glob_as_read',
  'path_relative_from_include',
  'read_tfvars_file',
  'run_cmd',
  'sops_decrypt_file',
];
