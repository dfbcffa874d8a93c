export interface Config {
  delivery?: {
    /**
     * SQS queues that EventBridge rules send changes of pipelines and images to,
     * read with role `read`. Polling finds everything without them, later.
     */
    events?: {
      queueUrl?: string;
      /** One for each account that has its own. */
      queueUrls?: string[];
    };
    poll?: {
      /**
       * Time between two readings of the same pipeline, project or
       * repository; at least 10 seconds. Default: 60 seconds. Facts older
       * than three intervals are shown as stale.
       */
      interval?: {
        milliseconds?: number;
        seconds?: number;
        minutes?: number;
        hours?: number;
      };
    };
  };
}
