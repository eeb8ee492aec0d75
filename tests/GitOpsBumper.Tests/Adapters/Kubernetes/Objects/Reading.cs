using System.Text;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

/// <summary>What a list said.</summary>
internal sealed record ListRead<T>(IReadOnlyList<ObjectReading<T>> Readings, string? Continue, string ResourceVersion)
{
    /// <summary>All of them could be read.</summary>
    public IReadOnlyList<Watched<T>> Objects => [.. Readings.Select(reading => Assert.IsType<ObjectReading<T>.Good>(reading).Watched)];
}

internal static class Reading
{
    public static Task<ListRead<T>> ListAsync<T>(ObjectKind<T> kind, string json, params int[] chunks) => ListAsync(kind, Encoding.UTF8.GetBytes(json), 1 << 26, chunks);

    public static async Task<ListRead<T>> ListAsync<T>(ObjectKind<T> kind, byte[] json, long maxBytes, params int[] chunks)
    {
        var reader = new ObjectListReader<T>(kind, new StringTable());
        await using var stream = new ChunkedStream(json, chunks);
        var readings = new List<ObjectReading<T>>();
        await foreach (var reading in reader.ReadAsync(stream, maxBytes, TestContext.Current.CancellationToken))
            readings.Add(reading);
        return new ListRead<T>(readings, reader.Continue, reader.ResourceVersion);
    }

    /// <summary>Why the one object could not be read that could not.</summary>
    public static UnreadableObject Unreadable<T>(ListRead<T> list) => Assert.Single(list.Readings.OfType<ObjectReading<T>.Bad>()).Unreadable;

    /// <summary>As the API server writes lists of custom resources: in the order of the alphabet.</summary>
    public static string ApplicationList(params IEnumerable<string> items) =>
        $$$"""{"apiVersion":"argoproj.io/v1alpha1","items":[{{{string.Join(',', items)}}}],"kind":"ApplicationList","metadata":{"continue":"","resourceVersion":"77"}}""" + "\n";

    public static string Application(string name, string rest = "") =>
        $$$$$$"""
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"{{{{{{name}}}}}}","namespace":"argocd","uid":"u-{{{{{{name}}}}}}","resourceVersion":"5",
          "managedFields":[{"manager":"argocd","fieldsV1":{"f:metadata":{"f:annotations":{".":{}}}}}]},
         "spec":{"project":"shop","source":{"repoURL":"https://git.example.com/team/deploy.git","path":"apps/{{{{{{name}}}}}}","targetRevision":"main"}}{{{{{{rest}}}}}}}
        """;
}
