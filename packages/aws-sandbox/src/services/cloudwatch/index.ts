import * as sdk from '@aws-sdk/client-cloudwatch';
import { defineService } from '../../core';
import { alarmOperations } from './alarmOperations';
import { metricOperations } from './metricOperations';
import { handleTicking } from './ticking';

/** CloudWatch's metrics and alarms; over JSON, CBOR and the query protocol. */
export default defineService({
  id: 'cloudwatch',
  sdk,
  operations: { ...metricOperations, ...alarmOperations },
  setup: handleTicking,
  trail: {
    except: ['PutMetricData', 'GetMetricData'],
    parameters: ['AlarmNames', 'StateValue', 'Threshold', 'EvaluationPeriods'],
  },
});
