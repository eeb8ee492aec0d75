namespace GitOpsBumper.Benchmarks.Scale;

/// <summary>Prints figures as they come and remembers whether every target was met.</summary>
internal sealed class ScaleReport
{
    private int _passed;
    private int _failed;

    public void Say(string line) => Console.WriteLine(line);

    public void Hold(string target, bool met)
    {
        if (met)
            _passed++;
        else
            _failed++;
        Console.WriteLine($"  {(met ? "PASS" : "FAIL")}  {target}");
    }

    /// <summary>The exit code.</summary>
    public int Finish()
    {
        Console.WriteLine($"\n{_passed} targets met, {_failed} missed");
        return _failed == 0 ? 0 : 1;
    }
}
