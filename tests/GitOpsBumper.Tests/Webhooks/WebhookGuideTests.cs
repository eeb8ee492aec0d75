using System.Text.RegularExpressions;
using GitOpsBumper.Tests.Support;
using GitOpsBumper.Webhooks;

namespace GitOpsBumper.Tests.Webhooks;

/// <summary>docs/guides/webhooks.md says what is so.</summary>
public sealed partial class WebhookGuideTests
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/guides/webhooks.md"));

    [Fact]
    public void Of_each_sender_all_its_proofs_are_named() => Assert.All(WebhookSenders.All, receiver =>
    {
        var row = Assert.Single(Guide.Split('\n'), line => line.StartsWith($"| `{receiver.Types[0]}`", StringComparison.Ordinal));
        Assert.Contains($"`{receiver.SecretKey}`", row, StringComparison.Ordinal);
        Assert.Equal(receiver.Proofs.Any(proof => proof is WebhookProof.Parameter), row.Contains("`secret=` in the URL", StringComparison.Ordinal));
        Assert.Equal(receiver.Proofs.Any(proof => proof is WebhookProof.Signature), row.Contains("signature", StringComparison.Ordinal));
        Assert.Equal(receiver.Proofs.Any(proof => proof is WebhookProof.GoogleToken), row.Contains("token of Google", StringComparison.Ordinal));
        Assert.All(receiver.Proofs.OfType<WebhookProof.HeaderValue>(), header => Assert.Contains($"`{header.Header}`", row, StringComparison.Ordinal));
    });

    /// <summary>By what the source names, as not every answer can be had here.</summary>
    [Fact]
    public void Every_status_that_is_answered_is_explained()
    {
        var sources = new[] { "Hooks/WebhookEndpoint.cs", "RequestBody.cs", "Serving/ApiServer.cs", "Serving/Relay.cs" };
        var answered = sources.SelectMany(file => Status().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "src/GitOpsBumper/Api", file))))
            .Select(match => match.Groups["code"].Value).Distinct().Except(["500"]).Order(StringComparer.Ordinal);
        Assert.Equal(answered, Row().Matches(Guide).Select(match => match.Groups["code"].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"StatusCodes\.Status(?<code>\d{3})", RegexOptions.NonBacktracking)]
    private static partial Regex Status();

    [GeneratedRegex(@"^\| (?<code>\d{3}) \|", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Row();
}
