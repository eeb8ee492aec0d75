using System.Text;
using GitOpsBumper.EndToEndTests.Scenarios;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.EndToEndTests.Clouds;

/// <summary>Amazon's registries, against a stand-in: no test asks Amazon.</summary>
public sealed class AmazonTests
{
    private const string Registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    private const string Api = "POST /";
    private const string Secret = "wJalrXUtnFEMI/EXAMPLEKEY";

    [Theory]
    [InlineData(Registry, "ecr", "eu-west-1", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")]
    [InlineData("123456789012.dkr-ecr.eu-central-1.on.aws", "ecr", "eu-central-1", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")]
    [InlineData("public.ecr.aws", "ecr-public", "us-east-1", "SpencerFrontendService.GetAuthorizationToken")]
    public async Task Keys_of_the_environment_sign_for_the_region_of_the_registry(string registry, string service, string region, string target)
    {
        await using var cloud = await StartAsync("AKIDSTATIC", service, region, target);
        using var run = new CloudRun(cloud);

        var result = await run.RunAsync(registry, "aws", Endpoint(cloud, service), ("AWS_ACCESS_KEY_ID", "AKIDSTATIC"), ("AWS_SECRET_ACCESS_KEY", Secret), ("AWS_REGION", "ap-south-1"));

        Chose(result, cloud, "aws");
        Assert.Equal(1, cloud.Count(Api));
    }

    [Fact]
    public async Task A_web_identity_assumes_its_role()
    {
        await using var cloud = await StartAsync("ASIAROLE");
        cloud.On(Api, (context, body) => body.Contains("Action=AssumeRoleWithWebIdentity", StringComparison.Ordinal)
            ? AssumeRole(context, body)
            : Authorize(context, body, "ASIAROLE", "session-token"));
        using var run = new CloudRun(cloud);
        var token = run.Write("token", "pod.identity.jwt\n");

        var result = await run.RunAsync(
            Registry, "aws", Endpoint(cloud), ("AWS_ENDPOINT_URL_STS", cloud.Url), ("AWS_WEB_IDENTITY_TOKEN_FILE", token), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/bumper"));

        Chose(result, cloud, "aws");
    }

    [Fact]
    public async Task The_container_endpoint_of_Pod_Identity_is_asked_with_its_token()
    {
        await using var cloud = await StartAsync("ASIAPOD");
        cloud.On(Api, (context, body) => Authorize(context, body, "ASIAPOD", "session-token"));
        cloud.On("GET /v1/credentials", (context, _) => context.Request.Headers.Authorization == "pod-identity-token"
            ? Keys("ASIAPOD")
            : Refuse(context, "wrong token"));
        using var run = new CloudRun(cloud);
        var token = run.Write("eks-pod-identity-token", "pod-identity-token");

        var result = await run.RunAsync(
            Registry, "aws", Endpoint(cloud), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", $"{cloud.Url}/v1/credentials"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token));

        Chose(result, cloud, "aws");
    }

    [Fact]
    public async Task The_role_of_the_instance_counts_where_nothing_else_is_named()
    {
        await using var cloud = await StartAsync("ASIAINSTANCE");
        cloud.On(Api, (context, body) => Authorize(context, body, "ASIAINSTANCE", "session-token"));
        cloud.On("PUT /latest/api/token", (_, _) => "imds-v2-token");
        cloud.On("GET /latest/meta-data/iam/security-credentials/", (context, _) => Imds(context, "node-role"));
        cloud.On("GET /latest/meta-data/iam/security-credentials/node-role", (context, _) => Imds(context, Keys("ASIAINSTANCE")));
        cloud.On("GET /latest/meta-data/iam/info", (context, _) => Imds(
            context, """{"Code":"Success","LastUpdated":"2020-01-01T00:00:00Z","InstanceProfileArn":"arn:aws:iam::123456789012:instance-profile/node","InstanceProfileId":"AIPA"}"""));
        using var run = new CloudRun(cloud);

        Chose(await run.RunAsync(Registry, "aws", Endpoint(cloud), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", cloud.Url)), cloud, "aws");
        // Turned off means not asked.
        var off = await run.RunAsync(Registry, "aws", Endpoint(cloud), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", cloud.Url), ("AWS_EC2_METADATA_DISABLED", "true"));
        Assert.Contains($"credential aws for {Registry}: no AWS credentials found", off.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_the_shared_file_counts()
    {
        await using var cloud = await StartAsync("AKIDPROFILE");
        using var run = new CloudRun(cloud);
        run.Write("home/.aws/credentials", $"[team]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {Secret}\n");

        Chose(await run.RunAsync(Registry, "aws", Endpoint(cloud), ("AWS_PROFILE", "team")), cloud, "aws");
        var other = await run.RunAsync(Registry, "aws", Endpoint(cloud), ("AWS_PROFILE", "nobody"));
        Assert.Contains("there is no usable profile 'nobody', which AWS_PROFILE names", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Amazon_refuses_is_told_in_its_words()
    {
        await using var cloud = await StartAsync("AKIDSTATIC");
        var words = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: ecr:GetAuthorizationToken";
        cloud.On(Api, (context, _) =>
        {
            context.Response.StatusCode = 400;
            return $$"""{"__type":"com.amazon.coral.service#AccessDeniedException","message":"{{words}}\n{{new string('x', 5000)}}"}""";
        });
        using var run = new CloudRun(cloud);

        var result = await run.RunAsync(Registry, "aws", Endpoint(cloud), ("AWS_ACCESS_KEY_ID", "AKIDSTATIC"), ("AWS_SECRET_ACCESS_KEY", Secret));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"credential aws for {Registry}: AWS refuses ecr:GetAuthorizationToken: AccessDeniedException: {words} xxx", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 400), result.Text, StringComparison.Ordinal);
        Assert.Empty(cloud.Presented);
    }

    [Fact]
    public async Task Without_an_identity_the_reason_is_told()
    {
        await using var cloud = await StartAsync("AKIDSTATIC");
        using var run = new CloudRun(cloud);
        var result = await run.RunAsync(Registry, "aws", Endpoint(cloud));
        Assert.Contains($"credential aws for {Registry}: no AWS credentials found", result.Text, StringComparison.Ordinal);
        Assert.Empty(cloud.Asked);
    }

    private static async Task<CloudStandIn> StartAsync(string key, string service = "ecr", string region = "eu-west-1", string target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
    {
        var cloud = await CloudStandIn.StartAsync(Stage.Token);
        return cloud.On(Api, (context, body) => Authorize(context, body, key, null, service, region, target));
    }

    private static string Authorize(
        HttpContext context, string body, string key, string? session, string service = "ecr", string region = "eu-west-1", string target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
    {
        if (AwsSignature.Check(context.Request, body, (key, region, service), Secret) is { } problem)
            return Refuse(context, problem);
        if (context.Request.Headers["X-Amz-Target"] != target || context.Request.ContentType != "application/x-amz-json-1.1" || body != "{}")
            return Refuse(context, "UnknownOperation");
        if (context.Request.Headers["X-Amz-Security-Token"].ToString() != (session ?? ""))
            return Refuse(context, "wrong session token");
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"AWS:{CloudStandIn.Password}"));
        var data = $$"""{"authorizationToken":"{{token}}","expiresAt":{{TimeProvider.System.GetUtcNow().AddHours(12).ToUnixTimeSeconds()}}.25}""";
        return service == "ecr" ? $$"""{"authorizationData":[{{data}}]}""" : $$"""{"authorizationData":{{data}}}""";
    }

    private static string AssumeRole(HttpContext context, string body)
    {
        if (!body.Contains("WebIdentityToken=pod.identity.jwt", StringComparison.Ordinal) || !body.Contains("role%2Fbumper", StringComparison.Ordinal))
            return Refuse(context, "wrong token or role");
        context.Response.ContentType = "text/xml";
        return $"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
            <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{Secret}</SecretAccessKey><SessionToken>session-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """;
    }

    private static string Keys(string key) =>
        $$"""{"Code":"Success","LastUpdated":"2020-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{{key}}","SecretAccessKey":"{{Secret}}","Token":"session-token","Expiration":"2099-01-01T00:00:00Z"}""";

    private static string Imds(HttpContext context, string text) => context.Request.Headers["X-aws-ec2-metadata-token"] == "imds-v2-token" ? text : Refuse(context, "no token");

    private static string Refuse(HttpContext context, string message)
    {
        context.Response.StatusCode = 400;
        return System.Text.Json.JsonSerializer.Serialize(new { __type = "InvalidSignatureException", message });
    }

    private static (string Name, string Value) Endpoint(CloudStandIn cloud, string service = "ecr") => ($"AWS_ENDPOINT_URL_{(service == "ecr" ? "ECR" : "ECR_PUBLIC")}", cloud.Url);

    private static void Chose(Servers.RunResult result, CloudStandIn cloud, string source)
    {
        Assert.True(result.ExitCode == 0, $"{result.Text}{result.ErrorText}{string.Join('\n', cloud.Asked)}");
        Assert.Contains("candidate  1.1.0", result.Text, StringComparison.Ordinal);
        Assert.Contains($"asked with {source}", result.Text, StringComparison.Ordinal);
        Assert.All(cloud.Presented, header => Assert.Equal($"AWS:{CloudStandIn.Password}", CloudStandIn.Decoded(header)));
        Assert.NotEmpty(cloud.Presented);
        foreach (var secret in (string[])[CloudStandIn.Password, Secret, "session-token"])
            Assert.DoesNotContain(secret, result.Text + result.ErrorText, StringComparison.Ordinal);
    }
}
