using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Webhooks;

namespace GitOpsBumper.Tests.Webhooks;

/// <summary>GitHub's published examples of all its events, which <c>./check</c> installs.</summary>
/// <seealso href="https://github.com/octokit/webhooks"/>
public sealed class GitHubExampleTests
{
    private static readonly string[] Changes = ["push", "pull_request"];

    [Theory]
    [InlineData("api.github.com")]
    [InlineData("ghes-35")]
    public void All_events_of_GitHub_are_read(string edition)
    {
        var read = Read(edition);
        Assert.True(read.Count > 100, $"{read.Count} examples");
        Assert.DoesNotContain(read, each => each.Reading is WebhookReading.Malformed);
        Assert.All(read.Where(each => each.Reading is not WebhookReading.Ignored), each => Assert.Contains(each.Event, Changes));

        // The examples of packages are all of npm, whatever else they say.
        Assert.All(read.Where(each => each.Event == "package"), each => Assert.Equal("ignored: package_type 'npm' is of no interest", Assert.Single(WebhookCase.Describe(each.Reading))));
        Assert.All(read.Where(each => each.Event == "push"), each => Assert.Equal(
            [$"changed: {Repository(each.Body, "clone_url")}", $"changed: {Repository(each.Body, "ssh_url")}", $"branch: {each.Body["ref"]!.GetValue<string>().Split('/', 3)[2]}"],
            WebhookCase.Describe(each.Reading)));
        Assert.All(read.Where(each => each.Event == "pull_request"), each => Assert.Equal(each.Body["action"]!.GetValue<string>() is "closed" or "reopened", each.Reading is WebhookReading.Changed));
        Assert.All(Changes, name => Assert.Contains(read, each => each.Event == name && each.Reading is WebhookReading.Changed));
    }

    private static string Repository(JsonNode body, string name) => body["repository"]![name]!.GetValue<string>();

    private static List<(string Event, JsonNode Body, WebhookReading Reading)> Read(string edition)
    {
        var path = Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".cache"),
            "gitopsbumper", "npm", "github", "node_modules", "@octokit", "webhooks-examples", edition, "index.json");
        if (!File.Exists(path))
            Assert.Skip("GitHub's examples of webhooks are not installed: apt-get install npm, and ./check installs them");
        Assert.True(WebhookSenders.TryFind("github", out var receiver, out _));
        return
        [
            .. from entry in JsonNode.Parse(File.ReadAllBytes(path))!.AsArray()
               let name = entry!["name"]!.GetValue<string>()
               from example in entry["examples"]!.AsArray()
               select (name, example, receiver.Read(WebhookCase.RequestOf(Encoding.UTF8.GetBytes(example.ToJsonString()), [("X-GitHub-Event", name)], []))),
        ];
    }
}
