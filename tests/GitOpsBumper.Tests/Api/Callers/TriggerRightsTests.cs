using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Tests.Adapters.Identity;

namespace GitOpsBumper.Tests.Api.Callers;

/// <summary>Who may trigger what, asked as a pipeline asks.</summary>
public sealed class TriggerRightsTests
{
    private const string Audience = "gitops-bumper";
    private const string Web = """{"image": "registry.example.com/team/web", "tag": "1.5.0"}""";
    private const string Shop = """{"image": "registry.example.com/team/shop", "tag": "1.5.0"}""";

    [Fact]
    public async Task A_job_of_the_right_repository_may_trigger_and_another_may_not()
    {
        await using var issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await ApiStage.StartAsync(Believing(issuer, """- {claims: {repository: team/web, ref: "refs/tags/v*"}, applications: [argocd/web]}"""));
        foreach (var (token, reason) in new[]
        {
            (Job(issuer, "team/other"), "no rule of 'api.oidc' accepts repo:team/other"),
            (Job(issuer, "team/web-2"), "no rule of 'api.oidc' accepts repo:team/web-2"),
            (Job(issuer, "team/web", "refs/heads/main"), "no rule of 'api.oidc' accepts repo:team/web"),
            (Job(issuer, "team/web", audience: "somebody-else"), "it is for another audience"),
            (Job(issuer, "team/web", expires: TimeSpan.FromMinutes(-10)), "it has expired"),
        })
        {
            var (status, body) = await stage.TriggerAsync(token, Web);
            Assert.Equal(401, status);
            Assert.Contains(reason, (string)body["error"]!, StringComparison.Ordinal);
        }

        Assert.Empty(stage.Due);
        var right = Job(issuer, "team/web");
        Assert.Equal(403, (await stage.TriggerAsync(right, Shop)).Status);
        // Whether there is such an Application is not said either.
        Assert.Equal(403, (await stage.TriggerAsync(right, """{"application": "argocd/shop"}""")).Status);
        Assert.Equal(403, (await stage.TriggerAsync(right, """{"application": "argocd/nothing"}""")).Status);
        Assert.Empty(stage.Due);

        var accepted = await stage.TriggerAsync(right, Web);
        Assert.Equal((202, "argocd/web"), (accepted.Status, (string)Assert.Single(accepted.Body["matched"]!.AsArray())!));
        Assert.Equal(["argocd/web"], stage.Due);

        // The next job of the same kind is the same caller, and nobody else is.
        var path = $"/api/v1/triggers/{accepted.Body["id"]}";
        Assert.Equal(202, (await stage.SendAsync(HttpMethod.Get, path, token: Job(issuer, "team/web"))).Status);
        Assert.Equal(404, (await stage.SendAsync(HttpMethod.Get, path, token: Job(issuer, "team/web", "refs/tags/v2"))).Status);
        Assert.Equal(401, (await stage.SendAsync(HttpMethod.Get, path, token: Job(issuer, "team/other"))).Status);
    }

    [Fact]
    public async Task Of_several_rules_one_is_enough_and_one_about_images_permits_no_urgency()
    {
        await using var issuer = await TestIssuer.StartAsync(TestContext.Current.CancellationToken);
        await using var stage = await ApiStage.StartAsync(Believing(issuer, """
            - {claims: {repository: team/*}, images: [registry.example.com/team/web]}
                - {claims: {repository: team/shop}, applications: [argocd/shop]}
            """));
        var ofWeb = await stage.TriggerAsync(Job(issuer, "team/web"), Urgent(Web));
        Assert.Equal((403, true), (ofWeb.Status, ((string)ofWeb.Body["error"]!).Contains("urgency is for all of an Application", StringComparison.Ordinal)));
        Assert.Equal(403, (await stage.TriggerAsync(Job(issuer, "team/web"), """{"application": "argocd/web"}""")).Status);
        Assert.Empty(stage.Due);
        Assert.Equal(202, (await stage.TriggerAsync(Job(issuer, "team/web"), Web)).Status);
        Assert.Equal(202, (await stage.TriggerAsync(Job(issuer, "team/shop"), Urgent(Shop))).Status);
        Assert.Equal(["argocd/web", "argocd/shop urgently"], stage.Due);
        // What permits urgency for one Application permits none for another.
        Assert.Equal(202, (await stage.TriggerAsync(Job(issuer, "team/shop"), Web)).Status);
        Assert.Equal(403, (await stage.TriggerAsync(Job(issuer, "team/shop"), Urgent(Web))).Status);
        Assert.Equal(["argocd/web", "argocd/shop urgently"], stage.Due);
    }

    [Fact]
    public async Task Of_an_Application_that_is_asked_for_as_a_whole_all_images_are_looked_at_again()
    {
        var token = NewToken();
        await using var stage = await ApiStage.StartAsync(secret: ("api.token.all", $"sha256:{Hash(token)}"));
        Assert.Equal(202, (await stage.TriggerAsync(token, """{"application": "argocd/shop"}""")).Status);
        Assert.Equal(["registry.example.com/team/shop:"], stage.Distrusted);
        Assert.Equal(202, (await stage.TriggerAsync(token, Web)).Status);
        Assert.Equal(["registry.example.com/team/shop:", "registry.example.com/team/web:1.5.0"], stage.Distrusted);
    }

    [Fact]
    public async Task A_static_token_may_trigger_what_its_limits_say()
    {
        var (ofImages, ofApplications, ofAll) = (NewToken(), NewToken(), NewToken());
        await using var stage = await ApiStage.StartAsync(
            secret:
            [
                ("api.token.images", $"sha256:{Hash(ofImages)}\nimages: registry.example.com/team/web"),
                ("api.token.applications", $"sha256:{Hash(ofApplications)}\napplications: argocd/w*"),
                ("api.token.all", $"sha256:{Hash(ofAll)}"),
            ]);
        Assert.Equal(401, (await stage.TriggerAsync(NewToken(), Web)).Status);
        Assert.Equal(401, (await stage.TriggerAsync($"sha256:{Hash(ofAll)}", Web)).Status);
        Assert.Equal(401, (await stage.SendAsync(HttpMethod.Post, "/api/v1/trigger", Web)).Status);

        var urgent = await stage.TriggerAsync(ofImages, Urgent(Web));
        Assert.Equal((403, "token images may trigger certain images alone, and urgency is for all of an Application"), (urgent.Status, (string)urgent.Body["error"]!));
        Assert.Equal(403, (await stage.TriggerAsync(ofImages, Shop)).Status);
        Assert.Equal(403, (await stage.TriggerAsync(ofImages, """{"application": "argocd/web"}""")).Status);
        Assert.Equal(403, (await stage.TriggerAsync(ofApplications, Urgent(Shop))).Status);
        Assert.Empty(stage.Due);

        Assert.Equal(202, (await stage.TriggerAsync(ofImages, Web)).Status);
        Assert.Equal(["argocd/web"], stage.Due);
        Assert.Equal(202, (await stage.TriggerAsync(ofApplications, Urgent(Web))).Status);
        Assert.Equal(202, (await stage.TriggerAsync(ofAll, """{"application": "shop"}""")).Status);
        Assert.Equal(["argocd/web urgently", "argocd/shop"], stage.Due);
        Assert.Equal(404, (await stage.TriggerAsync(ofAll, """{"application": "argocd/nothing"}""")).Status);
    }

    private static string Urgent(string ask) => ask.Replace("}", """, "urgent": true}""", StringComparison.Ordinal);

    private static string Believing(TestIssuer issuer, string rules) => $"""
        - issuer: {issuer.Url}
          audience: {Audience}
          ca: |
            {issuer.AuthorityPem.ReplaceLineEndings("\n    ")}
          rules:
            {rules}
        """;

    private static string Job(TestIssuer issuer, string repository, string reference = "refs/tags/v1", string audience = Audience, TimeSpan? expires = null) => issuer.Sign(
        audience, new Dictionary<string, object> { ["sub"] = $"repo:{repository}:ref:{reference}", ["repository"] = repository, ["ref"] = reference }, expires: expires);

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
