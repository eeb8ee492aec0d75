using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Cluster;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Adapters.Registries;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Cluster;

/// <summary>First sightings in their config map: what another replica has seen is neither overlooked nor written over.</summary>
public sealed class SightingKeeperTests
{
    private const string Digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

    private readonly JumpingTime _time = new();
    private string _tags = "";
    private bool _isReadable = true;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_could_not_be_read_is_not_written_over()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        using var connection = Connections.To(server);
        var seen = new FirstSeen(_time, null, NullLogger<FirstSeen>.Instance);
        var keeper = Keeper(connection, seen);
        _isReadable = false;
        await keeper.BeginAsync(Token);
        See(seen, "1.0");
        await keeper.WriteAsync(Token);
        Assert.All(server.Requests, request => Assert.Equal("GET", request.Method));

        _isReadable = true;
        _tags = $"registry.example.com/team/api:2.0@{Digest} 5\\n";
        await keeper.WriteAsync(Token);
        var patch = Assert.Single(server.Requests, request => request.Method == "PATCH").Body;
        Assert.Contains("team/api:2.0", patch, StringComparison.Ordinal);
        Assert.Contains("team/web:1.0", patch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_leads_again_reads_what_others_have_seen_meanwhile()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync);
        using var connection = Connections.To(server);
        var seen = new FirstSeen(_time, null, NullLogger<FirstSeen>.Instance);
        var keeper = Keeper(connection, seen);
        await keeper.BeginAsync(Token);
        See(seen, "1.0");
        await keeper.WriteAsync(Token);
        await keeper.WriteAsync(Token);
        Assert.Equal(["GET", "PATCH"], server.Requests.Select(request => request.Method));

        _tags = $"registry.example.com/team/api:2.0@{Digest} 5\\n";
        await keeper.BeginAsync(Token);
        See(seen, "1.1");
        await keeper.WriteAsync(Token);
        Assert.Contains("team/api:2.0", server.Requests[^1].Body, StringComparison.Ordinal);
    }

    private static SightingKeeper Keeper(GitOpsBumper.Adapters.Kubernetes.KubernetesConnection connection, FirstSeen seen) =>
        new(connection, seen, () => "argocd", NullLogger<SightingKeeper>.Instance);

    private static void See(FirstSeen seen, string tag)
    {
        Assert.True(GitOpsBumper.Core.Images.Digest.TryParse(Digest, out var digest, out _));
        seen.Of(Asking.Repository("registry.example.com/team/web"), Asking.Tag(tag), digest);
    }

    private Task AnswerAsync(HttpContext context) => HttpMethods.IsGet(context.Request.Method) && !_isReadable
        ? context.SendAsync(403, """{"kind":"Status","message":"no","reason":"Forbidden","code":403}""")
        : context.SendAsync(200, $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"gitops-bumper-first-seen","namespace":"argocd","uid":"1","resourceVersion":"1"},"data":{"tags":"{{{_tags}}}"} }""");
}
