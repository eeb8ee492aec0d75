using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.Servers;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>How long it takes from a word from outside to the commit on the server: each for an image that has a new tag, and that five Applications use. Shortest first.</summary>
internal static class TriggerSamples
{
    private const int Count = 40;

    public const int Flood = 10_000;

    /// <summary>Pins of the samples before hold the first ones.</summary>
    private const int First = 10;

    /// <summary>A pipeline asks, and waits for the answer. No registry tells of the tag, which comes into its storage by hand.</summary>
    public static async Task<IReadOnlyList<TimeSpan>> AskAsync(ScaleWorld world, KubernetesServer cluster, ControllerProcess controller, CancellationToken token)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{controller.Port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.TokenOf(KubernetesServer.Admin));
        // All repositories are one folder.
        world.Registry.Storage.Write([ScaleWorld.RepositoryPath(0)], ["1.9.99"], TestImage.Amd64());
        var taken = new List<TimeSpan>();
        for (var application = First; application < First + Count; application++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsync(
                new Uri("/api/v1/trigger?wait=60s", UriKind.Relative), new StringContent($$"""{"image": "{{world.Image(application)}}", "tag": "1.9.99"}""", null, "application/json"), token);
            taken.Add(Stopwatch.GetElapsedTime(started));
            var said = await answer.Content.ReadAsStringAsync(token);
            if ((string?)JsonNode.Parse(said)!["result"] != "written")
                throw new InvalidOperationException($"a trigger was not written: {said}");
            // It is not to be taken for what comes of the next push.
            await controller.WaitAsync("Pushed 5 commits", token);
        }

        return [.. taken.Order()];
    }

    /// <summary>An image is pushed, and the registry tells of it: from the beginning of the push, through all that it consists of, to the push of git.</summary>
    public static async Task<IReadOnlyList<TimeSpan>> PushAsync(ScaleWorld world, ControllerProcess controller, CancellationToken token)
    {
        var taken = new List<TimeSpan>();
        for (var application = First; application < First + Count; application++)
        {
            var started = Stopwatch.GetTimestamp();
            await world.Registry.Images.PushTagsAsync(ScaleWorld.RepositoryPath(application), ["1.9.100"], token);
            await controller.WaitAsync("Pushed 5 commits", token);
            taken.Add(Stopwatch.GetElapsedTime(started));
        }

        return [.. taken.Order()];
    }

    /// <summary>Very many webhooks of one image, sixteen at a time, and a tag that comes into the registry while they do.</summary>
    /// <returns>Until the last was answered, and until the tag was written, both from the first.</returns>
    public static async Task<(TimeSpan Answered, TimeSpan Committed)> FloodAsync(ScaleWorld world, ControllerProcess controller, string secret, CancellationToken token)
    {
        var uri = new Uri($"http://127.0.0.1:{controller.Port}/webhook?type=generic");
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(1, Flood), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = token }, async (number, cancel) =>
        {
            if (number == Flood / 2)
                world.Registry.Storage.Write([ScaleWorld.RepositoryPath(0)], ["1.9.101"], TestImage.Amd64());
            var body = Encoding.UTF8.GetBytes($$"""{"image": "{{world.Image(First)}}", "tag": "1.9.{{number}}"}""");
            using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
            request.Headers.Add("X-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}");
            using var answer = await http.SendAsync(request, cancel);
            if (answer.StatusCode != HttpStatusCode.Accepted)
                throw new InvalidOperationException($"webhook {number} was answered with {(int)answer.StatusCode}");
        });
        var answered = Stopwatch.GetElapsedTime(started);
        await controller.WaitAsync("Pushed 5 commits", token);
        return (answered, Stopwatch.GetElapsedTime(started));
    }
}
