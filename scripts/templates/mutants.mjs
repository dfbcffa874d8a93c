// Weakened copies of a rendered template, one protection less in each.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WEAKEN = {
  'lambda-api': {
    'no reserved concurrency': [/^ +ReservedConcurrentExecutions: .*\n/m, ''],
    'no dead letters': [/^ +DeadLetterConfig:\n.*\n/m, ''],
    'outside the network': [/^ +VpcConfig:\n.*\n.*\n/m, ''],
    'logs without a key': [/(\/aws\/lambda\/[\s\S]*?)^ +KmsKeyId: .*\n/m, '$1'],
    'logs for ever': [/^ +RetentionInDays: .*\n/m, ''],
    'topic without a key': [/(-alerts\n) +KmsMasterKeyId: .*\n/, '$1'],
    'no traces of the API': [/TracingEnabled: true/, 'TracingEnabled: false'],
    'no client certificate': [/^ +ClientCertificateId: .*\n/m, ''],
    'no execution log': [/LoggingLevel: INFO/, "LoggingLevel: 'OFF'"],
    'open to everybody': [
      /Principal: apigateway.amazonaws.com\n.*\n.*\n/,
      "Principal: '*'\n",
    ],
    'alarms that nobody hears': [/^ +AlarmActions: .*\n.*\n.*\n/m, ''],
    'firewall without a log': [/^ {2}WebAclLogging:[\s\S]*?(?=^ {2}\w)/m, ''],
    'may do everything': [/Action: \[sqs:SendMessage\]/, "Action: '*'"],
  },
  'fargate-service': {
    'HTTP listener': [
      /Protocol: HTTPS\n {6}Port: 443\n[\s\S]*?DefaultActions/,
      'Protocol: HTTP\n      Port: 80\n      DefaultActions',
    ],
    'invalid headers let through': [
      /(drop_invalid_header_fields.enabled, Value: )'true'/,
      "$1'false'",
    ],
    'load balancer can be deleted': [
      /(deletion_protection.enabled, Value: )'true'/,
      "$1'false'",
    ],
    'no access log': [/(access_logs.s3.enabled, Value: )'true'/, "$1'false'"],
    'logs without a key': [/(\/ecs\/[\s\S]*?)^ +KmsKeyId: .*\n/m, '$1'],
    'logs for ever': [/^ +RetentionInDays: .*\n/m, ''],
    'topic without a key': [/(-alerts\n) +KmsMasterKeyId: .*\n/, '$1'],
    'alarms that nobody hears': [/^ +AlarmActions: .*\n.*\n.*\n/m, ''],
    'firewall without a log': [/^ {2}WebAclLogging:[\s\S]*?(?=^ {2}\w)/m, ''],
    'SSH for the world': [
      /FromPort: 443\n +ToPort: 443\n +CidrIp: 10.0.0.0\/8/,
      'FromPort: 22\n          ToPort: 22\n          CidrIp: 0.0.0.0/0',
    ],
    'may do everything': [
      /Action: \[ecr:GetAuthorizationToken\]/,
      "Action: '*'",
    ],
  },
};

export function mutants(template, folder) {
  const text = readFileSync(join(folder, 'template.yaml'), 'utf8');
  return Object.entries(WEAKEN[template]).map(
    ([name, [pattern, replacement]], index) => {
      const weakened = text.replace(pattern, replacement);
      if (weakened === text)
        throw new Error(`${template}: "${name}" changes nothing`);
      const file = join(folder, `mutant-${index}.yaml`);
      writeFileSync(file, weakened);
      return { name, file };
    },
  );
}
