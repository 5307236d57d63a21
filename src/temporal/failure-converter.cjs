'use strict';
const { DefaultFailureConverter } = require('@temporalio/common');

// Message and stack of a failure go into a payload, which the codec encrypts.
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
