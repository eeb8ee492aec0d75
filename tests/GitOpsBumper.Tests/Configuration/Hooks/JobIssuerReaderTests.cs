using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Tests.Configuration.Hooks;

public sealed class JobIssuerReaderTests
{
    private const string Good = """
        - issuer: https://token.actions.githubusercontent.com
          audience: gitops-bumper
          rules:
          - claims: {repository: team/web, ref: refs/heads/main}
            applications: [argocd/web, "argocd/web-*"]
          - claims: {repository: team/*}
            images: ["registry.example.com/team/**"]
        """;

    [Fact]
    public void Rules_say_whose_jobs_may_do_what()
    {
        var issuer = Assert.Single(JobIssuerReader.Read(Good, out var problems));
        Assert.Empty(problems);
        Assert.Equal(("https://token.actions.githubusercontent.com", "gitops-bumper", 2), (issuer.Issuer, issuer.Audience, issuer.Rules.Count));
        Assert.True(issuer.Rules[0].Accepts(Claims(("repository", "team/web"), ("ref", "refs/heads/main"))));
        Assert.False(issuer.Rules[0].Accepts(Claims(("repository", "team/web"), ("ref", "refs/heads/main2"))));
        Assert.False(issuer.Rules[0].Accepts(Claims(("repository", "team/web"))));
        Assert.False(issuer.Rules[1].Accepts(Claims(("repository", "team/deeper/web"))));
        Assert.False(issuer.Rules[1].Accepts(name => name == "repository" ? ["team/a", "team/b"] : []));
        Assert.True(issuer.Rules[0].Grant.Permits(new NamespacedName("argocd", "web-eu"), null));
        Assert.False(issuer.Rules[0].Grant.Permits(new NamespacedName("team", "web"), null));
        Assert.True(issuer.Rules[1].Grant.Permits(new NamespacedName("team", "web"), Image("registry.example.com/team/a/b")));
        Assert.False(issuer.Rules[1].Grant.Permits(new NamespacedName("team", "web"), Image("registry.example.com/other/a")));
        // An image limits nothing where an application is asked for as a whole.
        Assert.False(issuer.Rules[1].Grant.Permits(new NamespacedName("team", "web"), null));
    }

    [Theory]
    [InlineData("- issuer: http://insecure.example.com\n  audience: a\n  rules: [{claims: {sub: x}}]", "is no https URL")]
    [InlineData("- issuer: https://a.example.com\n  rules: [{claims: {sub: x}}]", "audience is missing")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  rules: [{claims: {ref: main}}]", "do not say whose job it has to be")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  rules: [{claims: {repository: '**'}}]", "permits everybody with '**'")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  rules: [{claims: {repository: '*/*'}}]", "permits everybody with '*/*'")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  rules: []", "rules has 0 entries")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  rule: []", "'rule' is not known, allowed: issuer, audience, ca, rules")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  rules: [{claims: {sub: x}, application: [a/b]}]", "'application' is not known")]
    [InlineData("- issuer: https://a.example.com\n  audience: a\n  ca: nonsense\n  rules: [{claims: {sub: x}}]", "ca holds no certificates")]
    [InlineData("issuer: https://a.example.com", "has to be a list")]
    [InlineData("- [", "")]
    public void With_a_mistake_nobody_is_believed(string text, string expected)
    {
        Assert.Empty(JobIssuerReader.Read(text, out var problems));
        Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    private static Func<string, IReadOnlyList<string>> Claims(params (string Name, string Value)[] claims) =>
        name => [.. claims.Where(claim => claim.Name == name).Select(claim => claim.Value)];

    private static RepositoryName Image(string text) => RepositoryName.TryParse(text, out var image, out _) ? image : throw new InvalidOperationException(text);
}
