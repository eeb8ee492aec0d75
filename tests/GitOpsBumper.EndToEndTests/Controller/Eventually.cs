namespace GitOpsBumper.EndToEndTests.Controller;

/// <summary>Waits for what a controller does by itself.</summary>
internal static class Eventually
{
    /// <summary>Far beyond what anything should take: a test that gets there has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <param name="what">What is waited for, for the message of a test that waits in vain.</param>
    /// <param name="holds">Whether it has come.</param>
    /// <param name="otherwise">What to say besides, such as the log; null: nothing.</param>
    public static async Task HoldsAsync(string what, Func<Task<bool>> holds, Func<string>? otherwise = null)
    {
        var token = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"{what} did not come\n{otherwise?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, token);
        }
    }

    /// <param name="what">What is waited for.</param>
    /// <param name="holds">Whether it has come.</param>
    public static Task HoldsAsync(string what, Func<bool> holds, Func<string>? otherwise = null) => HoldsAsync(what, () => Task.FromResult(holds()), otherwise);
}
