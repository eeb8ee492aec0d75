using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GitOpsBumper.Benchmarks.Scale;
using GitOpsBumper.EndToEndTests.Servers.Kubernetes;

namespace GitOpsBumper.Benchmarks.Cluster;

/// <summary>How long it takes from a pipeline's request to the commit on the server: each for an image that was pushed right before, and that five Applications use.</summary>
internal static class TriggerSamples
{
    public const int Count = 40;

    /// <returns>Shortest first.</returns>
    public static async Task<IReadOnlyList<TimeSpan>> TakeAsync(ScaleWorld world, KubernetesServer cluster, ControllerProcess controller, CancellationToken token)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{controller.Port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.TokenOf(KubernetesServer.Admin));
        var taken = new List<TimeSpan>();
        for (var sample = 0; sample < Count; sample++)
        {
            // Pins of the samples before hold the first ones.
            var application = 10 + sample;
            await world.Registry.Images.PushTagsAsync(ScaleWorld.RepositoryPath(application), ["1.9.99"], token);
            var started = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsync(
                new Uri("/api/v1/trigger?wait=60s", UriKind.Relative), new StringContent($$"""{"image": "{{world.Image(application)}}", "tag": "1.9.99"}""", null, "application/json"), token);
            taken.Add(Stopwatch.GetElapsedTime(started));
            var said = await answer.Content.ReadAsStringAsync(token);
            if ((string?)JsonNode.Parse(said)!["result"] != "written")
                throw new InvalidOperationException($"a trigger was not written: {said}");
        }

        return [.. taken.Order()];
    }
}
