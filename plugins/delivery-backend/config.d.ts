export interface Config {
  delivery?: {
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
