namespace GitOpsBumper.Adapters.PullRequests.Gitea;

/// <summary>The ids of labels, which are the repository's own or its organisation's; read once, when one is wanted.</summary>
internal sealed class GiteaLabels(ForgeApi api, ForgeLocation location)
{
    private const int MaxPages = 40;

    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
    private bool _isRead;
    private bool _isReadOfOwner;

    /// <summary>The ids of those that there are; null: none.</summary>
    public async Task<IReadOnlyList<long>?> IdsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(names, [], cancellationToken) is { Count: > 0 } ids ? ids : null;
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound or ForgeFailure.Invalid)
        {
            // No reason to open no request; it is said when the request is finished.
            return null;
        }
    }

    /// <param name="names">Letter for letter.</param>
    /// <param name="said">Gets a sentence for each that there is not.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<IReadOnlyList<long>> FindAsync(IReadOnlyList<string> names, List<string> said, CancellationToken cancellationToken)
    {
        var path = location.Path.TakeLast(2).Select(Uri.EscapeDataString).ToList();
        if (names.Count > 0 && !_isRead)
        {
            await ReadAsync($"repos/{string.Join('/', path)}/labels?limit=50", cancellationToken);
            _isRead = true;
        }

        if (names.Any(name => !_ids.ContainsKey(name)) && !_isReadOfOwner)
        {
            await ReadOfOwnerAsync($"orgs/{path[0]}/labels?limit=50", cancellationToken);
            _isReadOfOwner = true;
        }

        said.AddRange(names.Where(name => !_ids.ContainsKey(name)).Select(name => $"neither the repository nor its owner has a label '{name}'"));
        return [.. names.Where(_ids.ContainsKey).Select(name => _ids[name]).Distinct()];
    }

    private async Task ReadOfOwnerAsync(string first, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(first, cancellationToken);
        }
        catch (ForgeException failure) when (failure.Failure is ForgeFailure.Forbidden or ForgeFailure.NotFound)
        {
            // A user, who has none; or the token does not show them.
        }
    }

    private async Task ReadAsync(string first, CancellationToken cancellationToken)
    {
        var path = first;
        for (var page = 0; page < MaxPages; page++)
        {
            var reply = await api.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            foreach (var label in api.Read(reply, GiteaJson.Default.ListLabelBody))
            {
                if (label is { Id: { } id, Name: { } name })
                    _ids.TryAdd(name, id);
            }

            if (ForgePages.NextNumbered(first, reply) is not { } next)
                return;
            path = next;
        }
    }
}
