using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Clouds;

/// <summary>Google's registries, against a stand-in: no test asks Google.</summary>
public sealed class GoogleTests
{
    private const string Registry = "europe-docker.pkg.dev";
    private const string TokenPath = "/computeMetadata/v1/instance/service-accounts/default/token";

    private static readonly string Token = JsonSerializer.Serialize(new { access_token = CloudStandIn.Password, expires_in = 3599, token_type = "Bearer" });

    private static readonly JsonSerializerOptions OfManyLines = new() { WriteIndented = true };

    [Theory]
    [InlineData(Registry)]
    [InlineData("gcr.io")]
    [InlineData("eu.gcr.io")]
    public async Task The_metadata_server_says_who_a_pod_is(string registry)
    {
        await using var cloud = await CloudStandIn.StartAsync(Stage.Token);
        cloud.GivesTokens = true;
        cloud.On("GET /", (context, _) => Flavored(context, "computeMetadata/"));
        var scopes = "";
        cloud.On($"GET {TokenPath}", (context, _) =>
        {
            scopes = context.Request.Query["scopes"].ToString();
            return context.Request.Headers["Metadata-Flavor"] == "Google" ? Flavored(context, Token) : throw new InvalidOperationException("no flavor");
        });
        using var run = new CloudRun(cloud);

        var result = await run.RunAsync(registry, "gcp", ("GCE_METADATA_HOST", cloud.Host));

        Chose(result, cloud);
        Assert.Contains("devstorage.read_only", scopes, StringComparison.Ordinal);
        Assert.DoesNotContain("cloud-platform,", scopes + ",", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_a_file_is_exchanged_for_a_token()
    {
        await using var cloud = await CloudStandIn.StartAsync(Stage.Token);
        using var key = RSA.Create(2048);
        cloud.On("POST /token", (context, body) =>
        {
            var assertion = HttpUtility.ParseQueryString(body)["assertion"]!.Split('.');
            var isSigned = key.VerifyData(
                Encoding.ASCII.GetBytes($"{assertion[0]}.{assertion[1]}"), Base64Url.DecodeFromChars(assertion[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(assertion[1]));
            Assert.Equal("bot@project.iam.gserviceaccount.com", claims.RootElement.GetProperty("iss").GetString());
            context.Response.StatusCode = isSigned && claims.RootElement.GetProperty("scope").GetString()!.Contains("devstorage.read_only", StringComparison.Ordinal) ? 200 : 401;
            return Token;
        });
        using var run = new CloudRun(cloud);
        var file = run.Write("key.json", Key(key, $"{cloud.Url}/token"));

        Chose(await run.RunAsync(Registry, "gcp", ("GOOGLE_APPLICATION_CREDENTIALS", file)), cloud);
    }

    [Fact]
    public async Task A_key_that_Google_does_not_know_any_more_is_told_in_its_words_and_never_shown()
    {
        await using var cloud = await CloudStandIn.StartAsync(Stage.Token);
        cloud.On("POST /token", (context, _) =>
        {
            context.Response.StatusCode = 400;
            return """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""";
        });
        using var key = RSA.Create(2048);
        using var run = new CloudRun(cloud);
        var file = run.Write("key.json", Key(key, $"{cloud.Url}/token"));

        var result = await run.RunAsync(Registry, "gcp", ("GOOGLE_APPLICATION_CREDENTIALS", file));
        Assert.Contains($"credential gcp for {Registry}: Google gives no access token: invalid_grant: Invalid JWT Signature", result.Text, StringComparison.Ordinal);

        var broken = run.Write("broken.json", "{\"type\":\"service_account\",\"private_key\":\"s3cret\"}");
        var unusable = await run.RunAsync(Registry, "gcp", ("GOOGLE_APPLICATION_CREDENTIALS", broken));
        Assert.Contains("of Google's application default credentials is not a usable service_account", unusable.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", unusable.Text + unusable.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_JSON_key_as_plain_password_of_many_lines_is_presented_as_one()
    {
        await using var cloud = await CloudStandIn.StartAsync(Stage.Token);
        cloud.GivesTokens = true;
        using var key = RSA.Create(2048);
        using var run = new CloudRun(cloud);
        var text = Key(key, "https://oauth2.googleapis.com/token");

        await run.RunAsync(Registry, "env:GOOGLE_KEY", ("GOOGLE_KEY", $"_json_key:{text}\n"));

        var presented = CloudStandIn.Decoded(cloud.Presented.First());
        Assert.StartsWith("_json_key:{\"type\":\"service_account\"", presented, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', presented);
        using var read = JsonDocument.Parse(presented["_json_key:".Length..]);
        Assert.Contains("-----BEGIN PRIVATE KEY-----\n", read.RootElement.GetProperty("private_key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_cloud_is_loaded_where_there_is_no_identity_of_it()
    {
        await using var cloud = await CloudStandIn.StartAsync(Stage.Token);
        using var run = new CloudRun(cloud);
        foreach (var (registry, name) in (IEnumerable<(string, string)>)[(Registry, "gcp"), ("team.azurecr.io", "azure"), ("public.ecr.aws", "aws")])
            Assert.Empty(await run.LoadedAsync(registry, name));
        cloud.On("GET /", (context, _) => Flavored(context, "computeMetadata/"));
        Assert.Equal(["Google.Apis.Auth.dll"], await run.LoadedAsync(Registry, "gcp", ("GCE_METADATA_HOST", cloud.Host)));
    }

    private static string Key(RSA key, string tokens) => JsonSerializer.Serialize(
        new
        {
            type = "service_account",
            project_id = "project",
            private_key_id = "1",
            private_key = key.ExportPkcs8PrivateKeyPem() + "\n",
            client_email = "bot@project.iam.gserviceaccount.com",
            client_id = "1",
            token_uri = tokens,
        },
        OfManyLines);

    private static string Flavored(Microsoft.AspNetCore.Http.HttpContext context, string text)
    {
        context.Response.Headers["Metadata-Flavor"] = "Google";
        context.Response.ContentType = "application/json";
        return text;
    }

    private static void Chose(Servers.RunResult result, CloudStandIn cloud)
    {
        Assert.True(result.ExitCode == 0, result.Text + result.ErrorText);
        Assert.Contains("candidate  1.1.0", result.Text, StringComparison.Ordinal);
        Assert.Contains("asked with gcp", result.Text, StringComparison.Ordinal);
        Assert.Equal($"oauth2accesstoken:{CloudStandIn.Password}", CloudStandIn.Decoded(cloud.Presented.First()));
        Assert.DoesNotContain(CloudStandIn.Password, result.Text + result.ErrorText, StringComparison.Ordinal);
    }
}
