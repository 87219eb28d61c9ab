// The CDK's built-in CloudFormation validator costs about 1.3 s and 340 MB in every test file.
// It is switched on again by the one test that synthesizes the whole app with it.
process.env.CDK_VALIDATION ??= 'false';
