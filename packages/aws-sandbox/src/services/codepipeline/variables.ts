/** A `#{Namespace.Variable}` that nothing has set. */
export class UnresolvedVariable extends Error {}

/**
 * Replaces `#{Namespace.Variable}` in an action's configuration.
 *
 * @throws UnresolvedVariable, whose message is the action's error.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
 */
export function resolveVariables(
  configuration: Record<string, string>,
  namespaces: Record<string, Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configuration).map(([key, text]) => [
      key,
      text.replace(
        /#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_.]+)\}/g,
        (whole, namespace: string, name: string) => {
          const value = namespaces[namespace]?.[name];
          if (value === undefined) {
            throw new UnresolvedVariable(
              `An action in this pipeline could not be resolved: the variable ${whole} has no value`,
            );
          }
          return value;
        },
      ),
    ]),
  );
}
