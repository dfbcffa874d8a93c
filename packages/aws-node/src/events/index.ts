export { parseQueueUrl, readQueueUrls } from './queues';
export { wakeByEvents, type WakeUp } from './wakeBy';
