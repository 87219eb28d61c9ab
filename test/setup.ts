// The CDK's built-in CloudFormation validator costs about 1.3 s and 340 MB in every test file.
// It is switched on again by the one test that synthesizes the whole app with it.
process.env.CDK_VALIDATION ??= 'false';

// A warning about the version of Node.js, once for every test file that loads the AWS SDK.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
