using System.Web;
using GitOpsBumper.EndToEndTests.Scenarios;

namespace GitOpsBumper.EndToEndTests.Clouds;

/// <summary>Azure's registries, against a stand-in: no test asks Azure.</summary>
public sealed class AzureTests
{
    private const string Registry = "team.azurecr.io";
    private const string Exchange = "POST /oauth2/exchange";

    [Fact]
    public async Task A_managed_identity_of_the_machine_is_exchanged_at_the_registry()
    {
        await using var cloud = await StartAsync();
        cloud.On("GET /metadata/identity/oauth2/token", (context, _) =>
        {
            if (context.Request.Headers["Metadata"] == "true" && context.Request.Query["resource"] == "https://containerregistry.azure.net")
                return AccessToken();
            context.Response.StatusCode = 400;
            return """{"error":"invalid_request","error_description":"Required metadata header not specified"}""";
        });
        using var run = new CloudRun(cloud);
        Chose(await run.RunAsync(Registry, "azure", ("AZURE_POD_IDENTITY_AUTHORITY_HOST", cloud.Url)), cloud);
    }

    [Fact]
    public async Task A_managed_identity_behind_an_endpoint_with_a_secret_is_taken_too()
    {
        await using var cloud = await StartAsync();
        cloud.On("GET /msi/token", (context, _) => context.Request.Headers["X-IDENTITY-HEADER"] == "the-header" && context.Request.Query["client_id"] == "the-client"
            ? AccessToken()
            : throw new InvalidOperationException("not so"));
        using var run = new CloudRun(cloud);
        Chose(await run.RunAsync(Registry, "azure", ("IDENTITY_ENDPOINT", $"{cloud.Url}/msi/token"), ("IDENTITY_HEADER", "the-header"), ("AZURE_CLIENT_ID", "the-client")), cloud);
    }

    [Fact]
    public async Task A_registry_that_does_not_take_the_identity_is_told_in_its_words()
    {
        await using var cloud = await StartAsync();
        cloud.On("GET /msi/token", (_, _) => AccessToken());
        cloud.On(Exchange, (context, _) =>
        {
            context.Response.StatusCode = 401;
            return """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information."}]}""";
        });
        using var run = new CloudRun(cloud);
        var result = await run.RunAsync(Registry, "azure", ("IDENTITY_ENDPOINT", $"{cloud.Url}/msi/token"), ("IDENTITY_HEADER", "the-header"));
        Assert.Contains(
            $"credential azure for {Registry}: {Registry} does not take the identity: UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization for more information",
            result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("aad-token", result.Text + result.ErrorText, StringComparison.Ordinal);
    }

    private static async Task<CloudStandIn> StartAsync()
    {
        var cloud = await CloudStandIn.StartAsync(Stage.Token);
        cloud.GivesTokens = true;
        return cloud.On(Exchange, (context, body) =>
        {
            var form = HttpUtility.ParseQueryString(body);
            var isRight = (form["grant_type"], form["service"], form["access_token"]) == ("access_token", Registry, "aad-token");
            context.Response.StatusCode = isRight ? 200 : 401;
            return $$"""{"refresh_token":"{{CloudStandIn.Password}}"}""";
        });
    }

    private static string AccessToken() =>
        $$"""{"access_token":"aad-token","expires_on":"{{TimeProvider.System.GetUtcNow().AddHours(24).ToUnixTimeSeconds()}}","expires_in":"86399","resource":"https://containerregistry.azure.net","token_type":"Bearer","client_id":"c"}""";

    private static void Chose(Servers.RunResult result, CloudStandIn cloud)
    {
        Assert.True(result.ExitCode == 0, result.Text + result.ErrorText);
        Assert.Contains("candidate  1.1.0", result.Text, StringComparison.Ordinal);
        Assert.Contains("asked with azure", result.Text, StringComparison.Ordinal);
        var form = HttpUtility.ParseQueryString(cloud.Presented.First());
        Assert.Equal(("refresh_token", CloudStandIn.Password), (form["grant_type"], form["refresh_token"]));
        Assert.DoesNotContain(CloudStandIn.Password, result.Text + result.ErrorText, StringComparison.Ordinal);
    }
}
