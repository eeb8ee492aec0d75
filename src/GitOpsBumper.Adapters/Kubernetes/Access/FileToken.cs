namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>A token in a file that somebody else keeps current, such as the kubelet: read again every minute, and when the server refuses it.</summary>
internal sealed class FileToken(string path, TimeProvider time) : IKubernetesToken
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private string? _token;
    private long _readAt;

    /// <summary>Null when the file holds a token now.</summary>
    public string? Problem()
    {
        lock (_gate)
            return Read();
    }

    public ValueTask<string?> GetAsync(bool renew, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // A file that cannot be read for a moment, or is just being written, does not spoil a token that may still be good; a refused one is spoiled already.
            if ((renew || _token is null || time.GetElapsedTime(_readAt) >= Fresh) && Read() is { } problem && (renew || _token is null))
                throw new KubernetesException($"the token for the API server cannot be had: {problem}", isTransient: true);
            return ValueTask.FromResult(_token);
        }
    }

    private string? Read()
    {
        if (!BoundedFile.TryRead(path, BoundedFile.MaxTokenBytes, out var text, out var problem))
            return problem;
        if (!BearerText.TryParse(text, out var token, out problem))
            return $"the file '{path}': {problem}";
        _token = token;
        _readAt = time.GetTimestamp();
        return null;
    }
}
